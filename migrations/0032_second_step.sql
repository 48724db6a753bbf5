-- The second step of a sign-in: a one-time code (RFC 6238), or a recovery code.

CREATE TABLE account_totp (
  account_id   text PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
  -- Sealed with SECRETS: the server needs the secret itself to compute codes.
  secret       bytea NOT NULL,
  -- The latest time step whose code was accepted. A code of this step or an earlier one is refused, on every node.
  last_step    bigint NOT NULL DEFAULT 0,
  created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_used_at timestamptz
);

-- A recovery code is short, so its hash is a MAC with a key from SECRETS: the database alone does not give the codes away.
CREATE TABLE account_recovery_codes (
  account_id text NOT NULL REFERENCES accounts ON DELETE CASCADE,
  code_hash  bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  used_at    timestamptz,
  PRIMARY KEY (account_id, code_hash)
);

-- Sign-ins that have shown one factor and wait for another. Each belongs to one browser and one authorization. A row counts
-- only while its account is active and `verified_at` is not before the account's sessions_valid_from.
CREATE TABLE sign_in_attempts (
  -- SHA-256 of the browser's secret and of the authorization.
  id_hash     bytea PRIMARY KEY,
  account_id  text NOT NULL REFERENCES accounts ON DELETE CASCADE,
  -- RFC 8176: pwd, otp, hwk, …
  methods     text[] NOT NULL,
  -- The uid of the authorization; NULL on the account's own pages.
  interaction text,
  verified_at timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL
);
CREATE INDEX sign_in_attempts_account ON sign_in_attempts (account_id);
CREATE INDEX sign_in_attempts_expiry ON sign_in_attempts (expires_at);
