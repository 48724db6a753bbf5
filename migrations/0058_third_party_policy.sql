-- What admins have decided about apps that nobody registered: for one client, or for the host of documents that describe clients.
-- A rule outlives its clients, which are removed when nobody uses them, so it does not refer to them.
CREATE TABLE third_party_rules (
  kind text NOT NULL CHECK (kind IN ('client', 'host')),
  value text NOT NULL,
  policy text NOT NULL CHECK (policy IN ('allow', 'ask', 'block')),
  reason text,
  decided_by text NOT NULL,
  decided_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (kind, value)
);

-- People who wanted to use an app that an admin has to allow first.
CREATE TABLE third_party_requests (
  client_id text NOT NULL REFERENCES clients ON DELETE CASCADE,
  account_id text NOT NULL REFERENCES accounts ON DELETE CASCADE,
  asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (client_id, account_id)
);
CREATE INDEX third_party_requests_account ON third_party_requests (account_id);
CREATE INDEX third_party_requests_asked ON third_party_requests (asked_at);

-- The rule that holds for a client; NULL: none, so the server's default holds. It is written when the rule changes, so that
-- whatever reads a client knows it, and the client's revision moves. A client that a rule blocks has a status of its own: its end
-- does not end a suspension.
ALTER TABLE clients ADD COLUMN third_party_policy text;
ALTER TABLE clients ADD CONSTRAINT clients_third_party_policy
  CHECK (third_party_policy IN ('allow', 'ask', 'block')) NOT VALID;
ALTER TABLE clients DROP CONSTRAINT clients_status_check;
ALTER TABLE clients ADD CONSTRAINT clients_status_check CHECK (status IN ('active', 'disabled', 'blocked')) NOT VALID;

-- The host of the document that a client id names, in one form: without port and final dot. NULL for every other client.
CREATE FUNCTION document_host(p_client text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN p_client LIKE 'https://%'
    THEN rtrim(regexp_replace(lower(split_part(substr(p_client, 9), '/', 1)), ':[0-9]*$', ''), '.') END
$$;

CREATE FUNCTION third_party_rule(p_client text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT policy FROM third_party_rules
  WHERE (kind = 'client' AND value = p_client) OR (kind = 'host' AND value = document_host(p_client))
  ORDER BY kind LIMIT 1
$$;
