-- Passkeys (WebAuthn Level 3): the public halves. There is nothing in this table that could sign anybody in.
CREATE TABLE account_passkeys (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id     text NOT NULL REFERENCES accounts ON DELETE CASCADE,
  -- The id that the authenticator chose. It is unique among all accounts (WebAuthn §7.1, step 26).
  credential_id  bytea NOT NULL UNIQUE,
  -- COSE_Key (RFC 9052 §7).
  public_key     bytea NOT NULL,
  -- The highest signature counter so far. Passkeys that are synced always send 0.
  counter        bigint NOT NULL,
  -- How the browser reached the authenticator, which is a hint for the next time.
  transports     text[] NOT NULL DEFAULT '{}',
  -- The model of the authenticator. Browsers may replace it by zeros.
  aaguid         uuid NOT NULL,
  name           text NOT NULL,
  -- Whether the authenticator can copy it to other devices, and whether it has done so.
  synced         boolean NOT NULL,
  backed_up      boolean NOT NULL,
  created_at     timestamptz NOT NULL DEFAULT now(),
  last_used_at   timestamptz
);

CREATE INDEX account_passkeys_account ON account_passkeys (account_id);
