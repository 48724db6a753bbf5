-- Sign-in with other providers. Adds tables only; older servers go on.

-- An account elsewhere that signs in to an account here. It is found by issuer and subject, never by an address.
CREATE TABLE account_identities (
  issuer       text NOT NULL,
  subject      text NOT NULL,
  account_id   text NOT NULL REFERENCES accounts ON DELETE CASCADE,
  -- What its owner recognises it by. Nothing is looked up by it.
  label        text,
  created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_used_at timestamptz,
  PRIMARY KEY (issuer, subject),
  -- One of each provider, so that the person knows which one a button means.
  UNIQUE (account_id, issuer)
);

-- A browser that is at another provider. The row is deleted when it comes back, so an answer counts once, on all nodes.
CREATE TABLE upstream_sign_ins (
  -- SHA-256 of `state`.
  id_hash      bytea PRIMARY KEY,
  upstream     text NOT NULL,
  -- SHA-256 of the browser's secret: no other browser can bring the answer.
  browser_hash bytea NOT NULL,
  purpose      text NOT NULL CHECK (purpose IN ('sign-in', 'connect')),
  -- The uid of the authorization that the person signs in for; NULL on the account's own pages.
  interaction  text,
  -- Whose account the identity is to be connected to.
  account_id   text REFERENCES accounts ON DELETE CASCADE,
  -- Nonce, PKCE verifier and where the person was going, sealed.
  sealed       bytea NOT NULL,
  expires_at   timestamptz NOT NULL
);
CREATE INDEX upstream_sign_ins_expiry ON upstream_sign_ins (expires_at);
CREATE INDEX upstream_sign_ins_account ON upstream_sign_ins (account_id);
