-- Whatever is beyond the end of the list is not settled, whoever wrote it. In a cluster where a dump was restored, a
-- transaction can have a number that the dump's snapshot takes for one of its own. Its entry then counted as settled, but no
-- reader got it before the next entry came.
CREATE OR REPLACE FUNCTION settle_revocations() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  list record;
BEGIN
  PERFORM pg_advisory_xact_lock(7207);
  SELECT as_of, first_unsettled(as_of) AS since, skipped, through AS settled_through,
      greatest(through, (SELECT value::bigint FROM settings WHERE name = 'feed_purged')) AS through
    INTO list FROM revocation_list;
  WITH unsettled AS (
      SELECT seq FROM token_revocation WHERE written_by >= list.since AND is_unsettled(written_by, list.as_of)
      UNION SELECT seq FROM token_revocation WHERE seq > list.settled_through
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
