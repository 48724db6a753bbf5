-- Invitations: an admin gives an address a place here. The link is in a mail (account_links); this is what it gives, and
-- what admins see. Adds a table only; older servers go on.

CREATE TABLE invitations (
  id           text PRIMARY KEY,
  seq          bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  address      text NOT NULL,
  -- What the person is called, if the admin knows; the person can change it.
  name         text,
  role         text NOT NULL CHECK (role IN ('user', 'admin')),
  tier         text NOT NULL,
  -- Of the mail; NULL: English.
  language     text CHECK (language ~ '^[a-z]{2,3}$'),
  -- The actor, as in the audit log.
  invited_by   text NOT NULL,
  -- What the mail calls them.
  inviter_name text NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- When the link ends: seven days after its mail was sent.
  expires_at   timestamptz NOT NULL,
  accepted_at  timestamptz,
  withdrawn_at timestamptz,
  -- The account that was made by it.
  account_id   text REFERENCES accounts ON DELETE CASCADE
);
-- An address has one invitation at a time: inviting it again changes that one.
CREATE UNIQUE INDEX invitations_open ON invitations (address) WHERE accepted_at IS NULL AND withdrawn_at IS NULL;
CREATE INDEX invitations_address ON invitations (address);
CREATE INDEX invitations_account ON invitations (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX invitations_expiry ON invitations (expires_at);
