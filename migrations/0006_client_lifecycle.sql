-- The life of a client: a draft, in review, verified; suspended at any time (status). Who owns it, its logo, and how many
-- people an app may have that nobody has verified.

ALTER TABLE clients
  -- Since when it waits for a reviewer. A draft has neither this nor verified_at.
  ADD COLUMN submitted_at timestamptz,
  ADD COLUMN owner_account_id text REFERENCES accounts ON DELETE SET NULL,
  -- SHA-256 of the image in client_logos, in base64url: its address.
  ADD COLUMN logo_hash text,
  ADD CONSTRAINT clients_one_review_state CHECK (submitted_at IS NULL OR verified_at IS NULL);

CREATE INDEX clients_in_review ON clients (lower(client_name), client_id) WHERE status = 'active' AND submitted_at IS NOT NULL;
CREATE INDEX clients_owner ON clients (owner_account_id) WHERE owner_account_id IS NOT NULL;
CREATE INDEX clients_logo ON clients (logo_hash) WHERE logo_hash IS NOT NULL;

-- Apart from clients, which is read whole with every authorization. Always WebP, decoded and encoded by us.
CREATE TABLE client_logos (
  client_id text PRIMARY KEY REFERENCES clients ON DELETE CASCADE,
  image     bytea NOT NULL
);

-- Adds a decision to what one account has allowed one client, and returns all that is remembered: what is granted now is
-- refused no more, and the other way round. No row when the account is new to the client and this has p_most other people
-- already, is not verified and not first-party; p_most NULL is no bound. An advisory lock of the client (7206) is taken
-- before people are counted, in a statement of its own, so that two at once are counted one after the other. Not its row:
-- a deletion holds consents while it waits for that.
CREATE FUNCTION save_consent(p_account text, p_client text, p_granted text[], p_refused text[], p_most integer)
RETURNS TABLE (granted text[], refused text[]) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  IF NOT EXISTS (SELECT FROM consents k WHERE k.account_id = p_account AND k.client_id = p_client) THEN
    PERFORM pg_advisory_xact_lock(7206, hashtext(p_client)) FROM clients c
      WHERE c.client_id = p_client AND c.verified_at IS NULL AND NOT c.first_party;
    IF FOUND AND p_most <= (SELECT count(*) FROM
        (SELECT FROM consents k WHERE k.client_id = p_client AND k.account_id <> p_account LIMIT p_most) people) THEN
      RETURN;
    END IF;
  END IF;
  RETURN QUERY INSERT INTO consents AS k (account_id, client_id, granted, refused)
    VALUES (p_account, p_client, p_granted, p_refused)
    ON CONFLICT (account_id, client_id) DO UPDATE SET
      granted = ARRAY(SELECT DISTINCT x FROM unnest(k.granted || excluded.granted) x WHERE x <> ALL (excluded.refused) ORDER BY x),
      refused = ARRAY(SELECT DISTINCT x FROM unnest(k.refused || excluded.refused) x WHERE x <> ALL (excluded.granted) ORDER BY x),
      updated_at = clock_timestamp()
    RETURNING k.granted, k.refused;
END $$;
