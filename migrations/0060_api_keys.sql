-- The keys with which a person's own programs call the API. Of a key there is only its SHA-256; environment and last_four let its
-- owner recognise it. Gateways keep what they were told about a key, so the list of revocations tells them of every change: the
-- triggers see to it, whoever makes the change.
CREATE TABLE api_keys (
  id text PRIMARY KEY,
  account_id text NOT NULL REFERENCES accounts ON DELETE CASCADE,
  key_hash bytea NOT NULL UNIQUE,
  environment text NOT NULL CHECK (environment IN ('live', 'test')),
  last_four text NOT NULL,
  name text NOT NULL,
  scope text[] NOT NULL,
  -- NULL: all of them.
  projects text[],
  networks text[],
  -- NULL: it does not end.
  expires_at timestamptz,
  -- The key that this one replaces.
  rotated_from text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  revoked_at timestamptz,
  last_used_at timestamptz,
  last_used_address text
) WITH (fillfactor = 80);
CREATE INDEX api_keys_account ON api_keys (account_id, created_at);
CREATE INDEX api_keys_last_four ON api_keys (last_four);
CREATE INDEX api_keys_end ON api_keys (least(revoked_at, expires_at)) WHERE revoked_at IS NOT NULL OR expires_at IS NOT NULL;

ALTER TABLE token_revocation DROP CONSTRAINT token_revocation_kind_check;
ALTER TABLE token_revocation ADD CONSTRAINT token_revocation_kind_check
  CHECK (kind IN ('jti', 'gid', 'client_id', 'key_id')) NOT VALID;

-- A gateway keeps an answer for an hour at most, so it need not know of a change for longer than two.
CREATE FUNCTION announce_api_keys(p_ids text[]) RETURNS void LANGUAGE sql AS $$
  SELECT revoke_token('key_id', p_ids, clock_timestamp() + interval '2 hours')
$$;

CREATE FUNCTION announce_api_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM announce_api_keys(ARRAY[OLD.id]);
  RETURN NULL;
END $$;
CREATE TRIGGER api_keys_changed AFTER UPDATE ON api_keys FOR EACH ROW
  WHEN ((OLD.key_hash, OLD.account_id, OLD.environment, OLD.scope, OLD.projects, OLD.networks, OLD.expires_at, OLD.revoked_at)
    IS DISTINCT FROM (NEW.key_hash, NEW.account_id, NEW.environment, NEW.scope, NEW.projects, NEW.networks, NEW.expires_at, NEW.revoked_at))
  EXECUTE FUNCTION announce_api_key();
-- What ended long ago is deleted without a word.
CREATE TRIGGER api_keys_deleted AFTER DELETE ON api_keys FOR EACH ROW
  WHEN (OLD.revoked_at IS NULL AND (OLD.expires_at IS NULL OR OLD.expires_at > clock_timestamp() - interval '2 hours'))
  EXECUTE FUNCTION announce_api_key();

-- Keys of a suspended account do not work, and limits follow its tier.
CREATE FUNCTION announce_api_keys_of_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM announce_api_keys(ARRAY(SELECT id FROM api_keys WHERE account_id = NEW.id AND revoked_at IS NULL));
  RETURN NULL;
END $$;
CREATE TRIGGER accounts_api_keys AFTER UPDATE OF status, tier ON accounts FOR EACH ROW
  WHEN ((OLD.status, OLD.tier) IS DISTINCT FROM (NEW.status, NEW.tier))
  EXECUTE FUNCTION announce_api_keys_of_account();
