-- The application's role reads and writes rows. It owns nothing, so it cannot alter, drop or create.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO fairway_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO fairway_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO fairway_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO fairway_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO fairway_app;

-- What happened cannot be unwritten: the audit trail and the outcomes ledger only grow.
REVOKE UPDATE, DELETE, TRUNCATE ON audit_entry, measurement, ending FROM fairway_app;
DO $$ BEGIN
  -- Absent in the shadow database that drift is measured in.
  IF to_regclass('_prisma_migrations') IS NOT NULL THEN
    REVOKE ALL ON _prisma_migrations FROM fairway_app;
  END IF;
END $$;
-- Programme versions are pinned by episodes: a version may be retired, never rewritten or removed.
REVOKE UPDATE, DELETE, TRUNCATE ON programme_version FROM fairway_app;
GRANT UPDATE (live) ON programme_version TO fairway_app;

-- A second lock on the audit trail, for every role that can be refused by a trigger.
CREATE FUNCTION refuse_rewriting_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();
CREATE TRIGGER measurement_append_only BEFORE UPDATE OR DELETE ON measurement
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();
CREATE TRIGGER measurement_no_truncate BEFORE TRUNCATE ON measurement
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();
CREATE TRIGGER ending_append_only BEFORE UPDATE OR DELETE ON ending
  FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();
CREATE TRIGGER ending_no_truncate BEFORE TRUNCATE ON ending
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();
