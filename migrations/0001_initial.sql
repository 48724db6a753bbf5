-- Accounts, clients, consents, grants (token families), sessions, codes, everything short-lived, the revocation list,
-- signing keys and the audit log. Times are timestamptz; hashes are SHA-256 in bytea; no token, code, secret or
-- password is stored in clear, whole or in part.

CREATE TABLE accounts (
  id                  text PRIMARY KEY,
  email               text NOT NULL UNIQUE CHECK (email = lower(email)),
  name                text NOT NULL,
  password_hash       text,
  role                text NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'admin')),
  tier                text NOT NULL DEFAULT 'free' CHECK (tier IN ('free', 'pro', 'business', 'enterprise')),
  status              text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
  -- A sign-in older than this is none: moves on suspension, password change and "sign out everywhere".
  sessions_valid_from timestamptz NOT NULL DEFAULT clock_timestamp(),
  created_at          timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Columns carry the names of RFC 7591; what is ours alone stands below them.
CREATE TABLE clients (
  client_id                  text PRIMARY KEY,
  client_name                text NOT NULL,
  client_uri                 text,
  logo_uri                   text,
  policy_uri                 text,
  tos_uri                    text,
  contacts                   text[] NOT NULL DEFAULT '{}',
  redirect_uris              text[] NOT NULL DEFAULT '{}',
  post_logout_redirect_uris  text[] NOT NULL DEFAULT '{}',
  grant_types                text[] NOT NULL,
  token_endpoint_auth_method text NOT NULL,
  scope                      text NOT NULL,
  jwks                       jsonb,
  jwks_uri                   text,
  type                       text NOT NULL CHECK (type IN ('web', 'spa', 'native', 'service')),
  status                     text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
  owner_name                 text,
  default_scope              text NOT NULL DEFAULT '',
  optional_scope             text NOT NULL DEFAULT '',
  first_party                boolean NOT NULL DEFAULT false,
  -- The resource whose access tokens this client may introspect and whose revocations it may follow.
  gateway_resource           text,
  verified_at                timestamptz,
  created_at                 timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at                 timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Two may be live during a rotation. A secret has 256 random bits, so a plain SHA-256 is enough.
CREATE TABLE client_secrets (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  client_id    text NOT NULL REFERENCES clients ON DELETE CASCADE,
  secret_hash  bytea NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at   timestamptz,
  last_used_at timestamptz
);
CREATE INDEX client_secrets_client ON client_secrets (client_id);

-- What one account has allowed one client, remembered.
CREATE TABLE consents (
  account_id text NOT NULL REFERENCES accounts ON DELETE CASCADE,
  client_id  text NOT NULL REFERENCES clients ON DELETE CASCADE,
  granted    text[] NOT NULL,
  refused    text[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (account_id, client_id)
);
CREATE INDEX consents_client ON consents (client_id);

-- One authorization on one device, and with it one token family. Rotation updates the row in place: room is left on
-- the pages, and no indexed column changes on a refresh (expires_on moves once a day).
CREATE TABLE grants (
  id                 text PRIMARY KEY,
  account_id         text NOT NULL REFERENCES accounts ON DELETE CASCADE,
  client_id          text NOT NULL REFERENCES clients ON DELETE CASCADE,
  payload            jsonb NOT NULL,
  handle_hash        bytea UNIQUE,
  generation         integer NOT NULL DEFAULT 0,
  refresh_payload    jsonb,
  issued_at          timestamptz,
  rotated_at         timestamptz,
  refresh_expires_at timestamptz,
  -- When the row may be purged: two hours after the code, or with the refresh token.
  expires_at         timestamptz NOT NULL,
  expires_on         date NOT NULL,
  created_at         timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 70);
CREATE INDEX grants_account_client ON grants (account_id, client_id);
CREATE INDEX grants_client ON grants (client_id);
CREATE INDEX grants_expires_on ON grants (expires_on);

CREATE TABLE authorization_codes (
  code_hash   bytea PRIMARY KEY,
  grant_id    text NOT NULL REFERENCES grants ON DELETE CASCADE,
  payload     jsonb NOT NULL,
  consumed_at timestamptz,
  expires_at  timestamptz NOT NULL
);
CREATE INDEX authorization_codes_grant ON authorization_codes (grant_id);
CREATE INDEX authorization_codes_expiry ON authorization_codes (expires_at);

CREATE TABLE sessions (
  uid          text PRIMARY KEY,
  id_hash      bytea NOT NULL UNIQUE,
  -- The whole payload, its id included, sealed: the engine finds sessions by uid too and then needs the id.
  payload      bytea NOT NULL,
  account_id   text REFERENCES accounts ON DELETE CASCADE,
  signed_in_at timestamptz,
  last_seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at   timestamptz NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX sessions_account ON sessions (account_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Interactions, pushed authorization requests, device codes, replay marks, registration tokens: payloads are sealed.
CREATE TABLE artifacts (
  model       text NOT NULL,
  id_hash     bytea NOT NULL,
  payload     bytea NOT NULL,
  grant_id    text,
  -- Whose finished sign-in waits in it.
  account_id  text REFERENCES accounts ON DELETE CASCADE,
  lookup_hash bytea,
  consumed_at timestamptz,
  expires_at  timestamptz NOT NULL,
  PRIMARY KEY (model, id_hash)
);
CREATE UNIQUE INDEX artifacts_lookup ON artifacts (model, lookup_hash) WHERE lookup_hash IS NOT NULL;
CREATE INDEX artifacts_account ON artifacts (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX artifacts_grant ON artifacts (grant_id) WHERE grant_id IS NOT NULL;
CREATE INDEX artifacts_expiry ON artifacts (expires_at);

-- The exceptions among JWTs that have not expired yet. JWTs themselves are never stored.
CREATE TABLE token_revocation (
  seq        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind       text NOT NULL CHECK (kind IN ('jti', 'gid', 'client_id')),
  value      text NOT NULL,
  -- NULL: for as long as the client is disabled.
  expires_at timestamptz
);
CREATE INDEX token_revocation_value ON token_revocation (value, kind);
CREATE INDEX token_revocation_expiry ON token_revocation (expires_at);

CREATE TABLE signing_keys (
  kid         text PRIMARY KEY,
  public_jwk  jsonb NOT NULL,
  private_jwk bytea NOT NULL,
  state       text NOT NULL CHECK (state IN ('next', 'current', 'retired')),
  created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  current_at  timestamptz,
  retired_at  timestamptz
);
CREATE UNIQUE INDEX signing_keys_one_current ON signing_keys (state) WHERE state = 'current';
CREATE UNIQUE INDEX signing_keys_one_next ON signing_keys (state) WHERE state = 'next';

-- Small facts about this database: the check value of SECRETS, the id of the revocation feed.
CREATE TABLE settings (
  name  text PRIMARY KEY,
  value text NOT NULL
);
INSERT INTO settings VALUES ('feed_id', replace(gen_random_uuid()::text, '-', ''));

-- Append-only. Each row's hash covers its content and the hash before it.
CREATE TABLE audit_events (
  seq        bigint PRIMARY KEY,
  at         timestamptz NOT NULL,
  actor      text NOT NULL,
  action     text NOT NULL,
  target     text NOT NULL,
  details    jsonb NOT NULL,
  request_id text,
  prev_hash  bytea NOT NULL,
  hash       bytea NOT NULL
);
CREATE INDEX audit_events_target ON audit_events (target, seq);

-- Advisory locks, one number per purpose: 7201 revocations in commit order, 7202 the audit chain, 7203 purge,
-- 7204 signing keys, 7205 migrations. Whoever takes both of the first two takes them in this order.

-- Appends to the audit log inside the caller's transaction.
CREATE FUNCTION append_audit(p_actor text, p_action text, p_target text, p_details jsonb, p_request_id text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  last audit_events;
  now_at timestamptz;
BEGIN
  PERFORM pg_advisory_xact_lock(7202);
  SELECT * INTO last FROM audit_events ORDER BY seq DESC LIMIT 1;
  now_at := clock_timestamp();
  INSERT INTO audit_events VALUES (
    coalesce(last.seq, 0) + 1, now_at, p_actor, p_action, p_target, p_details, p_request_id,
    coalesce(last.hash, '\x'),
    audit_hash(coalesce(last.hash, '\x'), coalesce(last.seq, 0) + 1, now_at, p_actor, p_action, p_target, p_details, p_request_id));
END $$;

-- The hash of one row: SHA-256 over the hash before it and a JSON array of what the row says. Times in UTC microseconds,
-- so that the session's time zone makes no difference.
CREATE FUNCTION audit_hash(p_prev bytea, p_seq bigint, p_at timestamptz, p_actor text, p_action text, p_target text, p_details jsonb, p_request_id text)
RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT sha256(p_prev || convert_to(jsonb_build_array(
    p_seq, (extract(epoch FROM p_at) * 1000000)::bigint, p_actor, p_action, p_target, p_details, p_request_id)::text, 'UTF8'));
$$;

-- Adds to the revocation list. The lock is held until commit, so entries become visible in the order of seq and a
-- reader's cursor never skips one that commits late.
CREATE FUNCTION revoke_token(p_kind text, p_values text[], p_expires_at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF cardinality(p_values) = 0 THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(7201);
  INSERT INTO token_revocation (kind, value, expires_at) SELECT p_kind, v, p_expires_at FROM unnest(p_values) v;
  PERFORM pg_notify('token_revocation', '');
END $$;

-- The one place where token families die: the grants and what hangs on them are deleted and their ids revoked, in one
-- transaction. Rows are locked before the ids are read, so a family that is just being refreshed dies too.
-- A token minted at this very moment lives one hour; two cover it and the skew. Returns how many families died.
CREATE FUNCTION end_grants(p_ids text[])
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  ended text[];
BEGIN
  IF cardinality(p_ids) = 0 THEN RETURN 0; END IF;
  PERFORM pg_advisory_xact_lock(7201);
  WITH gone AS (DELETE FROM grants WHERE id = ANY (p_ids) RETURNING id)
  SELECT coalesce(array_agg(id), '{}') INTO ended FROM gone;
  DELETE FROM artifacts WHERE grant_id = ANY (p_ids);
  PERFORM revoke_token('gid', ended, clock_timestamp() + interval '2 hours');
  RETURN cardinality(ended);
END $$;
