-- CreateTable
CREATE TABLE "episode" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "person_id" UUID NOT NULL,
    "programme" TEXT NOT NULL,
    "programme_version_id" UUID NOT NULL,
    "episode_no" INTEGER NOT NULL,
    "origin" TEXT NOT NULL,
    "demo" BOOLEAN NOT NULL DEFAULT false,
    "team_key" TEXT,
    "reasons" JSONB NOT NULL,
    "priority" INTEGER NOT NULL,
    "priority_parts" JSONB NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'open',
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "step" TEXT,
    "step_title" TEXT,
    "next_what" TEXT,
    "next_at" TIMESTAMPTZ(3),
    "last_seq" INTEGER NOT NULL DEFAULT 0,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "episode_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "trigger" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "source" TEXT NOT NULL,
    "webhook_id" TEXT NOT NULL,
    "body_hash" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "programme" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "person_id" UUID,
    "episode_id" UUID,
    "answer" TEXT NOT NULL,
    "because" TEXT NOT NULL,
    "unmatched" TEXT,

    CONSTRAINT "trigger_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "seq" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "role" TEXT,
    "organisation" TEXT,
    "action" TEXT NOT NULL,
    "subject_kind" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "person_id" UUID,
    "purpose" TEXT,
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "message" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "key" TEXT NOT NULL,
    "episode_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "programme" TEXT NOT NULL,
    "step" TEXT NOT NULL,
    "template" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "channel" TEXT NOT NULL,
    "fate" TEXT NOT NULL,
    "because" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "reply_link" (
    "token_hash" TEXT NOT NULL,
    "message_id" UUID NOT NULL,
    "episode_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "purpose" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "reply_link_pkey" PRIMARY KEY ("token_hash")
);

-- CreateTable
CREATE TABLE "reply" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "message_id" UUID NOT NULL,
    "episode_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "answer" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "reply_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "detection_run" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "programme_version_id" UUID NOT NULL,
    "programme" TEXT NOT NULL,
    "as_of" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "assessed" INTEGER NOT NULL DEFAULT 0,
    "found" INTEGER NOT NULL DEFAULT 0,
    "not_actionable" INTEGER NOT NULL DEFAULT 0,
    "entered" INTEGER NOT NULL DEFAULT 0,
    "gone" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "detection_run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "finding" (
    "person_id" UUID NOT NULL,
    "programme" TEXT NOT NULL,
    "programme_version_id" UUID NOT NULL,
    "state" TEXT NOT NULL,
    "reasons" JSONB NOT NULL,
    "priority_parts" JSONB NOT NULL,
    "priority" INTEGER NOT NULL,
    "not_now_because" TEXT,
    "actionable_on" DATE,
    "first_found_at" TIMESTAMPTZ(3) NOT NULL,
    "last_found_at" TIMESTAMPTZ(3) NOT NULL,
    "run_id" UUID NOT NULL,

    CONSTRAINT "finding_pkey" PRIMARY KEY ("person_id","programme")
);

-- CreateTable
CREATE TABLE "organisation" (
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,

    CONSTRAINT "organisation_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "team" (
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "organisation" TEXT NOT NULL,
    "area" TEXT NOT NULL,

    CONSTRAINT "team_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "account" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "issuer" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "organisation" TEXT NOT NULL,
    "team" TEXT,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "token_hash" TEXT NOT NULL,
    "account_id" UUID NOT NULL,
    "csrf_token" TEXT NOT NULL,
    "id_token" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("token_hash")
);

-- CreateTable
CREATE TABLE "import_run" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "source" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "rows_read" INTEGER NOT NULL DEFAULT 0,
    "accepted" INTEGER NOT NULL DEFAULT 0,
    "quarantined" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "import_run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "quarantined_row" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "run_id" UUID NOT NULL,
    "line" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "explain" TEXT NOT NULL,
    "content" TEXT NOT NULL,

    CONSTRAINT "quarantined_row_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outbox_entry" (
    "seq" BIGSERIAL NOT NULL,
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "topic" TEXT NOT NULL,
    "lane" TEXT NOT NULL,
    "body" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "delivered_at" TIMESTAMPTZ(3),
    "fate" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "retry_at" TIMESTAMPTZ(3),
    "last_error" TEXT,

    CONSTRAINT "outbox_entry_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "measurement" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "key" TEXT NOT NULL,
    "episode_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "programme" TEXT NOT NULL,
    "step" TEXT NOT NULL,
    "instrument" TEXT NOT NULL,
    "result" TEXT NOT NULL,
    "value" DECIMAL(12,3),
    "value2" DECIMAL(12,3),
    "good" BOOLEAN NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_by" TEXT NOT NULL,

    CONSTRAINT "measurement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ending" (
    "episode_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "programme" TEXT NOT NULL,
    "ending" TEXT NOT NULL,
    "exit" BOOLEAN NOT NULL,
    "good" BOOLEAN NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ending_pkey" PRIMARY KEY ("episode_id")
);

-- CreateTable
CREATE TABLE "area" (
    "lsoa" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "ltla" TEXT NOT NULL,
    "ltla_name" TEXT NOT NULL,
    "icb" TEXT NOT NULL,
    "imd_rank" INTEGER NOT NULL,
    "imd_decile" INTEGER NOT NULL,
    "imd_vintage" INTEGER NOT NULL,
    "demo_area" TEXT,

    CONSTRAINT "area_pkey" PRIMARY KEY ("lsoa")
);

-- CreateTable
CREATE TABLE "postcode" (
    "postcode" TEXT NOT NULL,
    "lsoa" TEXT NOT NULL,

    CONSTRAINT "postcode_pkey" PRIMARY KEY ("postcode")
);

-- CreateTable
CREATE TABLE "practice" (
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "pcn_name" TEXT,
    "lsoa" TEXT,
    "demo_area" TEXT,

    CONSTRAINT "practice_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "person" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "nhs_number" TEXT,
    "given" TEXT NOT NULL,
    "family" TEXT NOT NULL,
    "birth_date" DATE NOT NULL,
    "sex" TEXT NOT NULL,
    "ethnic_category" TEXT NOT NULL DEFAULT '99',
    "language" TEXT NOT NULL DEFAULT 'en',
    "email" TEXT,
    "phone" TEXT,
    "address_line" TEXT,
    "postcode" TEXT,
    "lsoa" TEXT,
    "imd_decile" INTEGER,
    "team_key" TEXT,
    "practice_code" TEXT,
    "deceased_on" DATE,
    "moved_away_on" DATE,
    "sensitive" BOOLEAN NOT NULL DEFAULT false,
    "source" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "person_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "person_identifier" (
    "system" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "person_id" UUID NOT NULL,

    CONSTRAINT "person_identifier_pkey" PRIMARY KEY ("system","value")
);

-- CreateTable
CREATE TABLE "fact" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "person_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "value" DECIMAL(12,3),
    "value2" DECIMAL(12,3),
    "effective_at" TIMESTAMPTZ(3) NOT NULL,
    "coding" TEXT,
    "source" TEXT NOT NULL,
    "source_id" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "fact_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "contact_permission" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "person_id" UUID NOT NULL,
    "channel" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "allowed" BOOLEAN NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "source" TEXT NOT NULL,
    "source_id" TEXT NOT NULL,

    CONSTRAINT "contact_permission_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "programme_version" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "programme" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "definition" JSONB NOT NULL,
    "hash" TEXT NOT NULL,
    "loaded_at" TIMESTAMPTZ(3) NOT NULL,
    "live" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "programme_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "service" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "organisation" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "area" TEXT NOT NULL,
    "open" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "service_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "referral" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "key" TEXT NOT NULL,
    "episode_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "programme" TEXT NOT NULL,
    "step" TEXT NOT NULL,
    "service_id" UUID NOT NULL,
    "organisation" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'sent',
    "need" TEXT NOT NULL,
    "sent_at" TIMESTAMPTZ(3) NOT NULL,
    "answer_by" TIMESTAMPTZ(3) NOT NULL,
    "answered_at" TIMESTAMPTZ(3),
    "decline_reason" TEXT,
    "started_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "note" TEXT,
    "version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "referral_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "task" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "key" TEXT NOT NULL,
    "episode_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "programme" TEXT NOT NULL,
    "team_key" TEXT NOT NULL,
    "step" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "priority" INTEGER NOT NULL,
    "tags" TEXT[],
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "outcomes" JSONB NOT NULL,
    "asks" JSONB,
    "status" TEXT NOT NULL DEFAULT 'open',
    "claimed_by" TEXT,
    "claimed_at" TIMESTAMPTZ(3),
    "escalated_to" TEXT,
    "escalated_at" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "marks" TEXT[],
    "note" TEXT,
    "closed_by" TEXT,
    "closed_at" TIMESTAMPTZ(3),
    "cancelled_because" TEXT,
    "version" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "task_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "episode_programme_idx" ON "episode"("programme", "status");

-- CreateIndex
CREATE INDEX "episode_person_idx" ON "episode"("person_id");

-- CreateIndex
CREATE UNIQUE INDEX "episode_person_programme_no_key" ON "episode"("person_id", "programme", "episode_no");

-- CreateIndex
CREATE UNIQUE INDEX "episode_open_key" ON "episode"("person_id", "programme") WHERE ("status" = 'open');

-- CreateIndex
CREATE INDEX "trigger_answer_idx" ON "trigger"("answer", "received_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "trigger_source_webhook_key" ON "trigger"("source", "webhook_id");

-- CreateIndex
CREATE INDEX "audit_entry_person_idx" ON "audit_entry"("person_id", "seq");

-- CreateIndex
CREATE INDEX "audit_entry_subject_idx" ON "audit_entry"("subject_kind", "subject_id");

-- CreateIndex
CREATE INDEX "message_episode_idx" ON "message"("episode_id");

-- CreateIndex
CREATE INDEX "message_person_idx" ON "message"("person_id", "created_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "message_key_key" ON "message"("key");

-- CreateIndex
CREATE INDEX "reply_link_episode_idx" ON "reply_link"("episode_id");

-- CreateIndex
CREATE INDEX "reply_episode_idx" ON "reply"("episode_id");

-- CreateIndex
CREATE INDEX "detection_run_programme_idx" ON "detection_run"("programme", "started_at" DESC);

-- CreateIndex
CREATE INDEX "finding_programme_idx" ON "finding"("programme", "state");

-- CreateIndex
CREATE INDEX "team_area_idx" ON "team"("area");

-- CreateIndex
CREATE UNIQUE INDEX "account_issuer_subject_key" ON "account"("issuer", "subject");

-- CreateIndex
CREATE INDEX "session_expires_idx" ON "session"("expires_at");

-- CreateIndex
CREATE INDEX "quarantined_row_run_idx" ON "quarantined_row"("run_id", "line");

-- CreateIndex
CREATE INDEX "outbox_entry_waiting_idx" ON "outbox_entry"("lane", "seq") WHERE (delivered_at IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "outbox_entry_id_key" ON "outbox_entry"("id");

-- CreateIndex
CREATE INDEX "measurement_episode_idx" ON "measurement"("episode_id");

-- CreateIndex
CREATE UNIQUE INDEX "measurement_key_key" ON "measurement"("key");

-- CreateIndex
CREATE INDEX "ending_programme_idx" ON "ending"("programme", "at");

-- CreateIndex
CREATE INDEX "person_team_idx" ON "person"("team_key");

-- CreateIndex
CREATE INDEX "person_name_idx" ON "person"("family", "given");

-- CreateIndex
CREATE UNIQUE INDEX "person_nhs_number_key" ON "person"("nhs_number");

-- CreateIndex
CREATE INDEX "person_identifier_person_idx" ON "person_identifier"("person_id");

-- CreateIndex
CREATE INDEX "fact_kind_person_idx" ON "fact"("kind", "person_id", "effective_at" DESC);

-- CreateIndex
CREATE INDEX "fact_person_idx" ON "fact"("person_id");

-- CreateIndex
CREATE UNIQUE INDEX "fact_source_key" ON "fact"("source", "source_id", "kind", "code");

-- CreateIndex
CREATE INDEX "contact_permission_person_idx" ON "contact_permission"("person_id", "at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "contact_permission_source_key" ON "contact_permission"("source", "source_id", "channel", "purpose");

-- CreateIndex
CREATE UNIQUE INDEX "programme_version_programme_key" ON "programme_version"("programme", "version");

-- CreateIndex
CREATE INDEX "service_kind_area_idx" ON "service"("kind", "area");

-- CreateIndex
CREATE UNIQUE INDEX "service_organisation_kind_key" ON "service"("organisation", "kind");

-- CreateIndex
CREATE INDEX "referral_organisation_idx" ON "referral"("organisation", "status");

-- CreateIndex
CREATE INDEX "referral_episode_idx" ON "referral"("episode_id");

-- CreateIndex
CREATE UNIQUE INDEX "referral_key_key" ON "referral"("key");

-- CreateIndex
CREATE INDEX "task_worklist_idx" ON "task"("team_key", "priority" DESC, "due_at", "id") WHERE ("status" = 'open');

-- CreateIndex
CREATE INDEX "task_episode_idx" ON "task"("episode_id");

-- CreateIndex
CREATE UNIQUE INDEX "task_key_key" ON "task"("key");

-- CreateIndex
CREATE UNIQUE INDEX "task_open_step_key" ON "task"("episode_id", "step") WHERE ("status" = 'open');

-- AddForeignKey
ALTER TABLE "episode" ADD CONSTRAINT "episode_person_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "episode" ADD CONSTRAINT "episode_programme_version_fkey" FOREIGN KEY ("programme_version_id") REFERENCES "programme_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message" ADD CONSTRAINT "message_episode_fkey" FOREIGN KEY ("episode_id") REFERENCES "episode"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "reply_link" ADD CONSTRAINT "reply_link_message_fkey" FOREIGN KEY ("message_id") REFERENCES "message"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "reply" ADD CONSTRAINT "reply_message_fkey" FOREIGN KEY ("message_id") REFERENCES "message"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "detection_run" ADD CONSTRAINT "detection_run_programme_version_fkey" FOREIGN KEY ("programme_version_id") REFERENCES "programme_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "finding" ADD CONSTRAINT "finding_person_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_account_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "quarantined_row" ADD CONSTRAINT "quarantined_row_run_fkey" FOREIGN KEY ("run_id") REFERENCES "import_run"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "measurement" ADD CONSTRAINT "measurement_episode_fkey" FOREIGN KEY ("episode_id") REFERENCES "episode"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ending" ADD CONSTRAINT "ending_episode_fkey" FOREIGN KEY ("episode_id") REFERENCES "episode"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "person_identifier" ADD CONSTRAINT "person_identifier_person_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "fact" ADD CONSTRAINT "fact_person_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contact_permission" ADD CONSTRAINT "contact_permission_person_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "referral" ADD CONSTRAINT "referral_episode_fkey" FOREIGN KEY ("episode_id") REFERENCES "episode"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "referral" ADD CONSTRAINT "referral_service_fkey" FOREIGN KEY ("service_id") REFERENCES "service"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "task" ADD CONSTRAINT "task_episode_fkey" FOREIGN KEY ("episode_id") REFERENCES "episode"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
