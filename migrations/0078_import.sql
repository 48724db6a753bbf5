-- What comes along from another authorization server.

-- The hash that another server made of a secret, in the form of policy/password-hashes. secret_hash is random then, so
-- that nothing matches it. The first use of the secret replaces both.
ALTER TABLE client_secrets ADD COLUMN foreign_hash text;

-- The consents that an import has brought. A person who has disconnected the app since does not get it back when the file
-- is imported again.
CREATE TABLE imported_consents (
  account_id  text NOT NULL REFERENCES accounts ON DELETE CASCADE,
  client_id   text NOT NULL,
  imported_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (account_id, client_id)
);
