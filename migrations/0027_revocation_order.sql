-- The revocation list keeps its order without a lock that lasts longer than a statement (docs/decisions/0049). Entries are
-- numbered when they are written, so one that commits late may have a number that readers have passed. Whoever reads the
-- list first settles which entries are in it, up to a number; an entry that turns up below that number gets a new one at
-- the end. So every reader gets it, and nobody waits for a transaction that hangs.

-- The transaction that wrote the entry. NULL: it is in the list, whatever its number.
ALTER TABLE token_revocation ADD COLUMN written_by xid8;
ALTER TABLE token_revocation ALTER COLUMN written_by SET DEFAULT pg_current_xact_id();
CREATE INDEX token_revocation_written_by ON token_revocation (written_by);

-- One row: the list holds every entry up to this number, of transactions that had ended by this snapshot.
CREATE TABLE revocation_list (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  through  bigint NOT NULL,
  as_of    pg_snapshot NOT NULL,
  -- Entries below it that are not in the list yet, because another transaction was deleting them.
  skipped  bigint[] NOT NULL DEFAULT '{}'
);
-- Writers are kept out until this migration commits, so all entries of now are in the list.
INSERT INTO revocation_list (through, as_of)
  SELECT greatest(coalesce(max(seq), 0), coalesce((SELECT value::bigint FROM settings WHERE name = 'feed_purged'), 0)), pg_current_snapshot()
  FROM token_revocation;

-- Roles that may change the list may settle it.
DO $$
DECLARE
  role text;
BEGIN
  FOR role IN
    SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END
    FROM pg_class c, aclexplode(c.relacl) a
    WHERE c.oid = 'token_revocation'::regclass AND a.privilege_type = 'INSERT' AND a.grantee <> c.relowner
  LOOP
    EXECUTE format('GRANT SELECT, UPDATE ON revocation_list TO %s', role);
  END LOOP;
END $$;

-- Entries of older transactions are settled, without a look at each. A snapshot from the future is that of another cluster,
-- whose dump was restored here: its transactions mean nothing, so nothing counts as settled.
CREATE FUNCTION first_unsettled(p_as_of pg_snapshot) RETURNS xid8 LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN pg_snapshot_xmax(p_as_of) > pg_snapshot_xmax(pg_current_snapshot()) THEN '0'::xid8 ELSE pg_snapshot_xmin(p_as_of) END;
$$;
CREATE FUNCTION is_unsettled(p_written_by xid8, p_as_of pg_snapshot) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT p_written_by IS NOT NULL AND (NOT pg_visible_in_snapshot(p_written_by, p_as_of)
    OR pg_snapshot_xmax(p_as_of) > pg_snapshot_xmax(pg_current_snapshot()));
$$;

-- Settles every entry that has been committed. Those below the end of the list, or below what was purged, go to its end; the
-- others keep their number. Advisory lock 7207 is held by this statement alone. An entry that another transaction is deleting
-- is skipped; it is settled later, if it is still there.
CREATE FUNCTION settle_revocations() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  list record;
BEGIN
  PERFORM pg_advisory_xact_lock(7207);
  SELECT as_of, first_unsettled(as_of) AS since, skipped,
      greatest(through, (SELECT value::bigint FROM settings WHERE name = 'feed_purged')) AS through
    INTO list FROM revocation_list;
  WITH unsettled AS (
      SELECT seq FROM token_revocation WHERE written_by >= list.since AND is_unsettled(written_by, list.as_of)
      UNION SELECT seq FROM token_revocation WHERE seq = ANY (list.skipped)
    ), late AS (
      SELECT seq FROM token_revocation WHERE seq IN (SELECT seq FROM unsettled WHERE seq <= list.through) FOR UPDATE SKIP LOCKED
    ), moved AS (
      UPDATE token_revocation SET seq = DEFAULT, written_by = NULL WHERE seq IN (SELECT seq FROM late) RETURNING seq
    )
    UPDATE revocation_list SET
      through = greatest(list.through, (SELECT max(seq) FROM unsettled), (SELECT max(seq) FROM moved)),
      as_of = pg_current_snapshot(),
      skipped = ARRAY(SELECT seq FROM unsettled WHERE seq <= list.through EXCEPT SELECT seq FROM late)
    WHERE EXISTS (SELECT FROM unsettled) OR list.skipped <> '{}';
END $$;

CREATE OR REPLACE FUNCTION revoke_token(p_kind text, p_values text[], p_expires_at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF cardinality(p_values) = 0 THEN RETURN; END IF;
  INSERT INTO token_revocation (kind, value, expires_at) SELECT p_kind, v, p_expires_at FROM unnest(p_values) v;
  PERFORM pg_notify('token_revocation', '');
END $$;

-- Grants are locked in the order of their ids, so that two transactions that end some of the same ones never wait for
-- each other; the lock of the list did that before.
CREATE OR REPLACE FUNCTION end_grants(p_ids text[])
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  ended text[];
BEGIN
  IF cardinality(p_ids) = 0 THEN RETURN 0; END IF;
  PERFORM FROM grants WHERE id = ANY (p_ids) ORDER BY id FOR UPDATE;
  WITH gone AS (DELETE FROM grants WHERE id = ANY (p_ids) RETURNING id)
  SELECT coalesce(array_agg(id), '{}') INTO ended FROM gone;
  DELETE FROM artifacts WHERE grant_id = ANY (p_ids);
  PERFORM revoke_token('gid', ended, clock_timestamp() + interval '2 hours');
  RETURN cardinality(ended);
END $$;
