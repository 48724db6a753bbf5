-- Where the audit log begins (AUDIT_RETENTION_DAYS): the last row of the chain that was removed, after which its check starts. An
-- event in the log, sealed before the first row is deleted, says the same (docs/decisions/0126). Place 0 is before the first row.
CREATE TABLE audit_anchor (
  one           boolean PRIMARY KEY DEFAULT true CHECK (one),
  sealed_seq    bigint NOT NULL,
  hash          bytea NOT NULL,
  -- The time of the newest event that was removed, and after how many days it was.
  events_before timestamptz,
  days          integer
);
INSERT INTO audit_anchor (sealed_seq, hash) VALUES (0, '\x');

-- Roles that may add events see where the log begins. Those that may delete events move the beginning.
DO $$
DECLARE
  role record;
BEGIN
  FOR role IN
    SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS name,
      bool_or(a.privilege_type = 'DELETE') AS deletes
    FROM pg_class c, aclexplode(c.relacl) a
    WHERE c.oid = 'audit_events'::regclass AND a.privilege_type IN ('INSERT', 'DELETE') AND a.grantee <> c.relowner
    GROUP BY a.grantee
  LOOP
    EXECUTE format('GRANT SELECT ON audit_anchor TO %s', role.name);
    IF role.deletes THEN EXECUTE format('GRANT INSERT, UPDATE, DELETE ON audit_anchor TO %s', role.name); END IF;
  END LOOP;
END $$;

-- Old events leave the audit log by deletes (docs/decisions/0127). By default a table is vacuumed when a fifth of its rows are dead,
-- which is two months of events in a log of 400 days. With a fiftieth it is a week of them, so the log takes a sixth less.
ALTER TABLE audit_events SET (autovacuum_vacuum_scale_factor = 0.02);
ALTER TABLE audit_seals SET (autovacuum_vacuum_scale_factor = 0.02);
