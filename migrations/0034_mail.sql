-- Mail: what waits to be sent, the links that mails hold, and whether an address was shown to belong to its account.

ALTER TABLE accounts
  -- When somebody with access to the mailbox of `email` confirmed it. NULL: nobody has, or the address has changed since.
  ADD COLUMN email_verified_at timestamptz;

-- One row is one mail. Its text is made when it is sent, so nothing here opens anything.
CREATE TABLE mails (
  seq         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- The Message-ID of every attempt, so that a mail that arrives twice is recognised.
  message_id  uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
  kind        text NOT NULL,
  recipient   text NOT NULL,
  account_id  text REFERENCES accounts ON DELETE SET NULL,
  -- What the text tells (policy/mails.ts). Never a secret or a link.
  facts       jsonb NOT NULL,
  -- If the account has no choice of its own.
  language    text,
  -- What an hourly limit counts this mail for, hashed. NULL: no limit.
  limited_by  bytea,
  -- dropped: there was nobody to write to, or a newer mail took its place.
  status      text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'sent', 'failed', 'dropped')),
  attempts    integer NOT NULL DEFAULT 0,
  -- Why the last attempt failed.
  error       text,
  -- When the next attempt is due; NULL when there is none.
  due_at      timestamptz DEFAULT clock_timestamp(),
  created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- When the row may be purged; NULL while it is pending.
  delete_at   timestamptz
);
CREATE INDEX mails_due ON mails (due_at) WHERE status = 'pending';
CREATE INDEX mails_delete ON mails (delete_at) WHERE delete_at IS NOT NULL;
CREATE INDEX mails_limit ON mails (limited_by, created_at) WHERE limited_by IS NOT NULL;
CREATE INDEX mails_recipient ON mails (recipient, kind, seq);
CREATE INDEX mails_account ON mails (account_id) WHERE account_id IS NOT NULL;

-- A link in a mail. The token exists in the mail alone; here is its hash.
CREATE TABLE account_links (
  seq        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  token_hash bytea NOT NULL UNIQUE,
  kind       text NOT NULL CHECK (kind IN ('verify', 'reset', 'change', 'undo', 'invite')),
  -- NULL: the link makes an account.
  account_id text REFERENCES accounts ON DELETE CASCADE,
  -- The mailbox that it was sent to.
  address    text NOT NULL,
  -- The mail that holds it: its seq in mails, where it is deleted earlier.
  mail       bigint NOT NULL UNIQUE,
  -- What an invitation gives.
  facts      jsonb NOT NULL DEFAULT '{}',
  -- When the mail was asked for.
  asked_at   timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at    timestamptz
);
CREATE INDEX account_links_account ON account_links (account_id, kind);
CREATE INDEX account_links_address ON account_links (address, kind);
CREATE INDEX account_links_expiry ON account_links (expires_at);

-- Puts attempts into the queue (store/work-queue.ts installs it), as queue_webhooks does.
CREATE FUNCTION queue_mails(p_mails bigint[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF cardinality(p_mails) = 0 THEN RETURN; END IF;
  INSERT INTO vcauth_queue.job (name, policy, data, start_after, keep_until, expire_seconds, deletion_seconds, retry_limit, retry_delay, retry_backoff, retry_delay_max)
    SELECT q.name, q.policy, jsonb_build_object('mail', m.seq::text, 'attempt', m.attempts), m.due_at,
      m.due_at + interval '30 days', 120, 3600, 1000, 5, true, 300
    FROM mails m, vcauth_queue.queue q WHERE m.seq = ANY (p_mails) AND q.name = 'mails';
  IF NOT FOUND THEN RAISE EXCEPTION 'the queue of mails is not installed: run vcauth migrate'; END IF;
END $$;

-- Queues a mail inside the caller's transaction: if that comes to nothing, nobody is written to. With p_limited_by, at most
-- p_limit mails are counted for it in any hour, on all nodes, and what is over it returns false. The lock is of one
-- p_limited_by, and 7208 is the purpose.
CREATE FUNCTION queue_mail(p_kind text, p_recipient text, p_account text, p_facts jsonb, p_language text, p_limited_by bytea, p_limit integer)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  added bigint;
BEGIN
  IF p_limited_by IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock(7208, hashtext(encode(p_limited_by, 'hex')));
    IF (SELECT count(*) FROM mails WHERE limited_by = p_limited_by AND created_at > clock_timestamp() - interval '1 hour') >= p_limit THEN
      RETURN false;
    END IF;
  END IF;
  INSERT INTO mails (kind, recipient, account_id, facts, language, limited_by)
    VALUES (p_kind, p_recipient, p_account, p_facts, p_language, p_limited_by) RETURNING seq INTO added;
  PERFORM queue_mails(ARRAY[added]);
  RETURN true;
END $$;
