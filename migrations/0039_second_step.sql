-- Servers of the version before go on: they leave the columns empty, and do not read them.

ALTER TABLE sessions
  -- When one factor was last shown again in a session of two. `signed_in_at` stays the time of both, because apps are told it.
  ADD COLUMN confirmed_at timestamptz;

-- Queues a mail unless one of its kind went to the same mailbox in the last day. With p_account, the recipient may be left out.
-- An address is written to whether or not it has an account, so that the caller takes the same time: who sends the mail decides.
-- The lock is of one mailbox, and 7209 is the purpose.
CREATE FUNCTION queue_daily_mail(p_kind text, p_recipient text, p_account text, p_facts jsonb)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  mailbox text := coalesce(p_recipient, (SELECT email FROM accounts WHERE id = p_account));
BEGIN
  IF mailbox IS NULL THEN RETURN false; END IF;
  PERFORM pg_advisory_xact_lock(7209, hashtext(mailbox));
  IF EXISTS (SELECT FROM mails WHERE recipient = mailbox AND kind = p_kind AND created_at > clock_timestamp() - interval '1 day') THEN
    RETURN false;
  END IF;
  RETURN queue_mail(p_kind, mailbox, p_account, p_facts, NULL, NULL, NULL);
END $$;

ALTER TABLE sign_in_attempts
  -- Recovery codes that this sign-in has made, sealed, until the person says that they are saved.
  ADD COLUMN unsaved_codes bytea;
