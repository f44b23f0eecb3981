-- AlterTable
ALTER TABLE "episode" ADD COLUMN     "paused_at" TIMESTAMPTZ(3),
ADD COLUMN     "paused_because" TEXT;

-- AlterTable
ALTER TABLE "message" ADD COLUMN     "asked" JSONB,
ADD COLUMN     "format" TEXT NOT NULL DEFAULT 'standard',
ADD COLUMN     "language" TEXT NOT NULL DEFAULT 'en',
ADD COLUMN     "merged_into" UUID,
ADD COLUMN     "not_before" TIMESTAMPTZ(3),
ADD COLUMN     "provider_ref" TEXT,
ADD COLUMN     "receipt" TEXT,
ADD COLUMN     "receipt_at" TIMESTAMPTZ(3),
ADD COLUMN     "template_version" INTEGER,
ADD COLUMN     "to_proxy" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "person" ADD COLUMN     "format" TEXT NOT NULL DEFAULT 'standard',
ADD COLUMN     "nation" TEXT NOT NULL DEFAULT 'england';

-- AlterTable
ALTER TABLE "reply" ADD COLUMN     "until" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "task" ADD COLUMN     "due_working" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "paused" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "snoozed_because" TEXT,
ADD COLUMN     "snoozed_until" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "pause" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "episode_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "note" TEXT,
    "from" TIMESTAMPTZ(3) NOT NULL,
    "review_on" DATE,
    "to" TIMESTAMPTZ(3),
    "by" TEXT NOT NULL,
    "ended_by" TEXT,
    "applied_at" TIMESTAMPTZ(3),

    CONSTRAINT "pause_pkey" PRIMARY KEY ("id")
);

-- AlterTable
ALTER TABLE "referral" ADD COLUMN     "answer_working" BOOLEAN NOT NULL DEFAULT true;

-- CreateTable
CREATE TABLE "transfer" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "episode_id" UUID NOT NULL,
    "from_team" TEXT,
    "to_team" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "by" TEXT NOT NULL,

    CONSTRAINT "transfer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "exit" (
    "episode_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "note" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "by" TEXT NOT NULL,

    CONSTRAINT "exit_pkey" PRIMARY KEY ("episode_id")
);

-- CreateTable
CREATE TABLE "clock_span" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "episode_id" UUID NOT NULL,
    "step" TEXT NOT NULL,
    "clock" TEXT NOT NULL,
    "from" TIMESTAMPTZ(3) NOT NULL,
    "to" TIMESTAMPTZ(3),

    CONSTRAINT "clock_span_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "move_batch" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "programme" TEXT NOT NULL,
    "from_version_id" UUID NOT NULL,
    "to_version_id" UUID NOT NULL,
    "mapping" JSONB NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'moving',
    "reason" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "undo_until" TIMESTAMPTZ(3) NOT NULL,
    "undone_at" TIMESTAMPTZ(3),
    "undone_by" TEXT,

    CONSTRAINT "move_batch_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "move" (
    "batch_id" UUID NOT NULL,
    "episode_id" UUID NOT NULL,
    "from_step" TEXT NOT NULL,
    "to_step" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'asked',
    "because" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "move_pkey" PRIMARY KEY ("batch_id","episode_id")
);

-- CreateTable
CREATE TABLE "drift" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "episode_id" UUID,
    "detail" JSONB NOT NULL DEFAULT '{}',
    "found_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "gone_at" TIMESTAMPTZ(3),
    "repair" TEXT,
    "reason" TEXT,
    "repaired_by" TEXT,
    "repaired_at" TIMESTAMPTZ(3),

    CONSTRAINT "drift_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "reconcile_run" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "episodes" INTEGER NOT NULL DEFAULT 0,
    "pathways" INTEGER NOT NULL DEFAULT 0,
    "drifts" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "reconcile_run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "message_receipt" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "source" TEXT NOT NULL,
    "receipt_id" TEXT NOT NULL,
    "message_id" UUID NOT NULL,
    "status" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "message_receipt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "template_version" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "template" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "definition" JSONB NOT NULL,
    "hash" TEXT NOT NULL,
    "loaded_at" TIMESTAMPTZ(3) NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'draft',
    "approved_by" TEXT,
    "approved_at" TIMESTAMPTZ(3),

    CONSTRAINT "template_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "contact_policy_version" (
    "version" INTEGER NOT NULL,
    "definition" JSONB NOT NULL,
    "hash" TEXT NOT NULL,
    "loaded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "contact_policy_version_pkey" PRIMARY KEY ("version")
);

-- CreateTable
CREATE TABLE "proxy" (
    "person_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "relation" TEXT NOT NULL,
    "email" TEXT,
    "phone" TEXT,
    "source" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "proxy_pkey" PRIMARY KEY ("person_id")
);

-- CreateTable
CREATE TABLE "simulation" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "programme" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "weeks" INTEGER NOT NULL,
    "people" INTEGER NOT NULL,
    "seed" INTEGER NOT NULL,
    "over_weeks" INTEGER NOT NULL,
    "starts_on" DATE NOT NULL,
    "requested_by" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "status" TEXT NOT NULL DEFAULT 'running',
    "days" INTEGER NOT NULL DEFAULT 0,
    "ended" INTEGER NOT NULL DEFAULT 0,
    "beat_at" TIMESTAMPTZ(3) NOT NULL,
    "because" TEXT,
    "result" JSONB,

    CONSTRAINT "simulation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "escalation_rung" (
    "task_id" UUID NOT NULL,
    "rung" INTEGER NOT NULL,
    "to" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "working" BOOLEAN NOT NULL DEFAULT true,
    "status" TEXT NOT NULL DEFAULT 'planned',
    "at" TIMESTAMPTZ(3),
    "by" TEXT,
    "because" TEXT,

    CONSTRAINT "escalation_rung_pkey" PRIMARY KEY ("task_id","rung")
);

-- CreateIndex
CREATE INDEX "pause_episode_idx" ON "pause"("episode_id");

-- CreateIndex
CREATE UNIQUE INDEX "pause_open_key" ON "pause"("episode_id") WHERE ("to" IS NULL);

-- CreateIndex
CREATE INDEX "task_snoozed_idx" ON "task"("team_key", "snoozed_until") WHERE (status = 'open' AND snoozed_until IS NOT NULL);

-- CreateIndex
CREATE INDEX "transfer_episode_idx" ON "transfer"("episode_id");

-- CreateIndex
CREATE INDEX "clock_span_episode_idx" ON "clock_span"("episode_id", "from");

-- CreateIndex
CREATE INDEX "move_batch_programme_idx" ON "move_batch"("programme", "created_at" DESC);

-- CreateIndex
CREATE INDEX "move_episode_idx" ON "move"("episode_id");

-- CreateIndex
CREATE INDEX "drift_found_idx" ON "drift"("found_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "drift_open_key" ON "drift"("kind", "subject") WHERE (gone_at IS NULL);

-- CreateIndex
CREATE INDEX "reconcile_run_started_idx" ON "reconcile_run"("started_at" DESC);

-- CreateIndex
CREATE INDEX "message_receipt_message_idx" ON "message_receipt"("message_id");

-- CreateIndex
CREATE UNIQUE INDEX "message_receipt_source_key" ON "message_receipt"("source", "receipt_id");

-- CreateIndex
CREATE UNIQUE INDEX "template_version_template_key" ON "template_version"("template", "version");

-- CreateIndex
CREATE INDEX "simulation_programme_idx" ON "simulation"("programme", "started_at" DESC);

-- CreateIndex
CREATE INDEX "message_waiting_idx" ON "message"("person_id") WHERE ("fate" = 'waiting');

-- CreateIndex
CREATE INDEX "message_provider_ref_idx" ON "message"("provider_ref");

-- AddForeignKey
ALTER TABLE "pause" ADD CONSTRAINT "pause_episode_fkey" FOREIGN KEY ("episode_id") REFERENCES "episode"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "transfer" ADD CONSTRAINT "transfer_episode_fkey" FOREIGN KEY ("episode_id") REFERENCES "episode"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "exit" ADD CONSTRAINT "exit_episode_fkey" FOREIGN KEY ("episode_id") REFERENCES "episode"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "clock_span" ADD CONSTRAINT "clock_span_episode_fkey" FOREIGN KEY ("episode_id") REFERENCES "episode"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "move" ADD CONSTRAINT "move_batch_fkey" FOREIGN KEY ("batch_id") REFERENCES "move_batch"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "move" ADD CONSTRAINT "move_episode_fkey" FOREIGN KEY ("episode_id") REFERENCES "episode"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message_receipt" ADD CONSTRAINT "message_receipt_message_fkey" FOREIGN KEY ("message_id") REFERENCES "message"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "proxy" ADD CONSTRAINT "proxy_person_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "escalation_rung" ADD CONSTRAINT "escalation_rung_task_fkey" FOREIGN KEY ("task_id") REFERENCES "task"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Receipts and policies only grow; of a template version only its standing changes, never its words.
REVOKE UPDATE, DELETE, TRUNCATE ON message_receipt, contact_policy_version FROM fairway_app;
REVOKE UPDATE, DELETE, TRUNCATE ON template_version FROM fairway_app;
GRANT UPDATE (status, approved_by, approved_at) ON template_version TO fairway_app;
