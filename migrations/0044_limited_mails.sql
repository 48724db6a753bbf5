-- Limits of mails that strangers can ask for.

-- Queues a mail like queue_mail, if at most p_half_an_hour were counted for p_limited_by in the last half hour, and at
-- most p_an_hour in the last hour, on all nodes. Otherwise it returns false. The lock is that of queue_mail.
CREATE FUNCTION queue_limited_mail(p_kind text, p_recipient text, p_account text, p_facts jsonb, p_language text, p_limited_by bytea,
  p_half_an_hour integer, p_an_hour integer)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  half_an_hour integer;
BEGIN
  PERFORM pg_advisory_xact_lock(7208, hashtext(encode(p_limited_by, 'hex')));
  SELECT count(*) INTO half_an_hour FROM mails
    WHERE limited_by = p_limited_by AND created_at > clock_timestamp() - interval '30 minutes';
  IF half_an_hour >= p_half_an_hour THEN RETURN false; END IF;
  RETURN queue_mail(p_kind, p_recipient, p_account, p_facts, p_language, p_limited_by, p_an_hour);
END $$;
