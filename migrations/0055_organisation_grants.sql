-- The sign-in services of organisations whose assertions (ID-JAG) a client may exchange for tokens, with spaces between them.
ALTER TABLE clients ADD COLUMN id_jag_issuers text;

-- Apps that a person has disconnected although their organisation allows them. Assertions do not connect them again; the
-- person can, by allowing the app themselves.
CREATE TABLE organisation_refusals (
  account_id text NOT NULL REFERENCES accounts ON DELETE CASCADE,
  client_id  text NOT NULL REFERENCES clients ON DELETE CASCADE,
  refused_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (account_id, client_id)
);
CREATE INDEX organisation_refusals_client ON organisation_refusals (client_id);
