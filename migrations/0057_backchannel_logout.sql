-- OpenID Connect Back-Channel Logout: where a client is told that a session has ended, and whether it needs the session's id.
ALTER TABLE clients
  ADD COLUMN backchannel_logout_uri text,
  ADD COLUMN backchannel_logout_session_required boolean DEFAULT false;
ALTER TABLE clients ADD CONSTRAINT clients_backchannel_logout_session_required
  CHECK (backchannel_logout_session_required IS NOT NULL) NOT VALID;

-- The clients that were sent an ID token in this session. NULL in sessions from before, and of nobody.
ALTER TABLE sessions ADD COLUMN relying_parties text[];

-- A client that has no webhook can be told of the end of a session. The row of the client is not referenced either: whoever ends
-- a session would then wait for everybody who changes one of these clients.
ALTER TABLE webhook_deliveries DROP CONSTRAINT webhook_deliveries_client_id_fkey;

-- Nodes of before take what is in the queue of webhooks for an event of a webhook, so logout tokens have a queue of their own.
CREATE OR REPLACE FUNCTION queue_webhooks(p_deliveries bigint[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF cardinality(p_deliveries) = 0 THEN RETURN; END IF;
  INSERT INTO vcauth_queue.job (name, policy, group_id, data, start_after, keep_until, expire_seconds, deletion_seconds, retry_limit, retry_delay, retry_backoff, retry_delay_max)
    SELECT q.name, q.policy, d.client_id, jsonb_build_object('delivery', d.seq::text, 'attempt', d.attempts), d.due_at,
      d.due_at + interval '30 days', 45, 3600, 1000, 5, true, 300
    FROM webhook_deliveries d
      JOIN vcauth_queue.queue q ON q.name = CASE d.type WHEN 'backchannel_logout' THEN 'logouts' ELSE 'webhooks' END
    WHERE d.seq = ANY (p_deliveries);
  IF NOT FOUND THEN RAISE EXCEPTION 'the queue of webhooks is not installed: run vcauth migrate'; END IF;
END $$;

-- The `sid` of a session for one client: the same for as long as the session lasts, and of no use for finding the session or
-- its `sid` for another client. policy/backchannel-logout.ts computes the same value for ID tokens.
CREATE FUNCTION sid_of(p_session text, p_client text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT rtrim(translate(encode(sha256(convert_to('sid ' || p_session || ' ' || p_client, 'UTF8')), 'base64'), '+/', '-_'), '=')
$$;

-- However a session ends, its row is deleted; so nothing that ends sessions can forget to tell the clients, and they are told in
-- the same transaction. A session that had expired has not been ended by anybody.
CREATE FUNCTION tell_session_ends()
RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  told bigint[];
BEGIN
  WITH added AS (
    INSERT INTO webhook_deliveries (id, client_id, type, body)
      SELECT 'msg_' || replace(gen_random_uuid()::text, '-', ''), c.client_id, 'backchannel_logout',
        jsonb_build_object('sub', e.account_id, 'sid', sid_of(e.uid, c.client_id))::text
      FROM ended e CROSS JOIN LATERAL unnest(e.relying_parties) p(client_id) JOIN clients c ON c.client_id = p.client_id
      WHERE e.account_id IS NOT NULL AND e.expires_at > clock_timestamp() AND c.backchannel_logout_uri IS NOT NULL
      RETURNING seq)
  SELECT coalesce(array_agg(seq), '{}') INTO told FROM added;
  PERFORM queue_webhooks(told);
  RETURN NULL;
END $$;
CREATE TRIGGER sessions_tell_ends AFTER DELETE ON sessions
  REFERENCING OLD TABLE AS ended FOR EACH STATEMENT EXECUTE FUNCTION tell_session_ends();

-- What the dropped constraint did, whichever node removes them.
CREATE FUNCTION forget_deliveries()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM webhook_deliveries d USING gone g
    WHERE d.client_id = g.client_id AND (TG_TABLE_NAME = 'clients' OR d.type <> 'backchannel_logout');
  RETURN NULL;
END $$;
CREATE TRIGGER webhooks_forget_deliveries AFTER DELETE ON webhooks
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION forget_deliveries();
CREATE TRIGGER clients_forget_deliveries AFTER DELETE ON clients
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION forget_deliveries();
