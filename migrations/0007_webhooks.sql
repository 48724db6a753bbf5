-- Webhooks: where each client is told of what happened to it, what it was told, and how each attempt went.

CREATE TABLE webhooks (
  client_id       text PRIMARY KEY REFERENCES clients ON DELETE CASCADE,
  url             text NOT NULL,
  events          text[] NOT NULL,
  enabled         boolean NOT NULL DEFAULT true,
  -- Why we turned it off ourselves: it answered 410, or nothing got through until we gave up. NULL when an admin did.
  disabled_reason text CHECK (disabled_reason IN ('gone', 'failing')),
  succeeded_at    timestamptz,
  created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at      timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Sealed, because they sign and so must be recovered. Two may live during a rotation.
CREATE TABLE webhook_secrets (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  client_id  text NOT NULL REFERENCES webhooks ON DELETE CASCADE,
  secret     bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz
);
CREATE INDEX webhook_secrets_client ON webhook_secrets (client_id);

-- One row is one event for one client. The body is kept as it is signed: the same bytes at every attempt.
CREATE TABLE webhook_deliveries (
  seq             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id              text NOT NULL UNIQUE,
  client_id       text NOT NULL REFERENCES webhooks ON DELETE CASCADE,
  type            text NOT NULL,
  body            text NOT NULL,
  status          text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'failed')),
  attempts        integer NOT NULL DEFAULT 0,
  -- How many of them were made before the last replay: the pauses between attempts begin anew with it.
  attempts_before integer NOT NULL DEFAULT 0,
  -- When the next attempt is due; NULL when there is none.
  due_at          timestamptz DEFAULT clock_timestamp(),
  created_at      timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX webhook_deliveries_client ON webhook_deliveries (client_id, seq);
CREATE INDEX webhook_deliveries_age ON webhook_deliveries (created_at);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (due_at) WHERE status = 'pending';

CREATE TABLE webhook_attempts (
  delivery    bigint NOT NULL REFERENCES webhook_deliveries ON DELETE CASCADE,
  number      integer NOT NULL,
  at          timestamptz NOT NULL,
  duration_ms integer NOT NULL,
  -- One of both: what the endpoint answered, or why there was no answer.
  status      integer,
  error       text,
  -- The beginning of the answer, without what looks like a secret.
  response    text,
  PRIMARY KEY (delivery, number)
);

-- Puts attempts into the queue, which is a table of pg-boss (store/webhook-queue.ts installs it) that may be written to
-- directly. One group for each client, so that a slow endpoint holds up nobody else. A job says which attempt it is for:
-- one that comes twice finds it made. An attempt whose node died is given to another after 45 seconds.
CREATE FUNCTION queue_webhooks(p_deliveries bigint[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF cardinality(p_deliveries) = 0 THEN RETURN; END IF;
  INSERT INTO vcauth_queue.job (name, policy, group_id, data, start_after, keep_until, expire_seconds, deletion_seconds, retry_limit, retry_delay, retry_backoff, retry_delay_max)
    SELECT q.name, q.policy, d.client_id, jsonb_build_object('delivery', d.seq::text, 'attempt', d.attempts), d.due_at,
      d.due_at + interval '30 days', 45, 3600, 1000, 5, true, 300
    FROM webhook_deliveries d, vcauth_queue.queue q WHERE d.seq = ANY (p_deliveries) AND q.name = 'webhooks';
  IF NOT FOUND THEN RAISE EXCEPTION 'the queue of webhooks is not installed: run vcauth migrate'; END IF;
END $$;

-- Tells those of the clients that want to hear of it, inside the caller's transaction: if that comes to nothing, nobody
-- is told. `p_data` is joined to {"client_id": …}. Returns how many will be told.
CREATE FUNCTION tell_webhooks(p_clients text[], p_type text, p_data jsonb)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  told bigint[];
BEGIN
  WITH added AS (
    INSERT INTO webhook_deliveries (id, client_id, type, body)
      SELECT 'msg_' || replace(gen_random_uuid()::text, '-', ''), w.client_id, p_type, jsonb_build_object(
        'type', p_type,
        'timestamp', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'data', jsonb_build_object('client_id', w.client_id) || p_data)::text
      FROM webhooks w
      WHERE w.client_id = ANY (p_clients) AND w.enabled AND (p_type = ANY (w.events) OR p_type = 'webhook.test')
      RETURNING seq)
  SELECT coalesce(array_agg(seq), '{}') INTO told FROM added;
  PERFORM queue_webhooks(told);
  RETURN cardinality(told);
END $$;
