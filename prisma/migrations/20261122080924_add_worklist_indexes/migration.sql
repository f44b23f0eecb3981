-- AlterTable
ALTER TABLE "session" DROP COLUMN "id_token";

-- CreateIndex
CREATE INDEX "episode_team_step_idx" ON "episode"("team_key", "programme_version_id", "step", "next_at") WHERE ("status" = 'open');

-- CreateIndex
CREATE INDEX "task_mine_idx" ON "task"("claimed_by", "priority" DESC, "due_at", "id") WHERE (status = 'open' AND claimed_by IS NOT NULL);

-- CreateIndex
CREATE INDEX "task_due_idx" ON "task"("team_key", "due_at") WHERE ("status" = 'open');
