-- What organisations allow an app for a person (ID-JAG), apart from what the person allows: consents.granted is the person's alone,
-- and authorization requests read nothing else. A row here needs a row in consents, which has the person's limits and goes when they
-- disconnect the app.
CREATE TABLE organisation_consents (
  account_id text NOT NULL,
  client_id  text NOT NULL,
  issuer     text NOT NULL,
  granted    text[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (account_id, client_id, issuer),
  FOREIGN KEY (account_id, client_id) REFERENCES consents ON DELETE CASCADE
);
CREATE INDEX organisation_consents_client ON organisation_consents (client_id, issuer);

-- The issuer of the organisation that gave the grant; NULL: the person.
ALTER TABLE grants ADD COLUMN organisation text;

-- Before this migration, consents.organisation was set while granted held what the organisation had allowed. Such a row is read as if
-- the person had allowed nothing. This moves what it has to its place, when something else changes, and ends what came of it: codes
-- and refresh tokens could be had by it.
CREATE FUNCTION split_consent(p_account text, p_client text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  known record;
BEGIN
  SELECT k.granted, k.organisation INTO known FROM consents k
    WHERE k.account_id = p_account AND k.client_id = p_client FOR NO KEY UPDATE;
  IF known.organisation IS NULL THEN RETURN; END IF;
  UPDATE consents k SET granted = '{}', organisation = NULL WHERE k.account_id = p_account AND k.client_id = p_client;
  INSERT INTO organisation_consents (account_id, client_id, issuer, granted)
    VALUES (p_account, p_client, known.organisation, known.granted) ON CONFLICT DO NOTHING;
  PERFORM end_grants(ARRAY(SELECT g.id FROM grants g WHERE g.account_id = p_account AND g.client_id = p_client));
END $$;

-- Whether the client may have this account as a user. The lock lets the limit hold for concurrent transactions.
CREATE FUNCTION consent_has_room(p_account text, p_client text, p_most integer) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM consents k WHERE k.account_id = p_account AND k.client_id = p_client) THEN RETURN true; END IF;
  PERFORM pg_advisory_xact_lock(7206, hashtext(p_client)) FROM clients c
    WHERE c.client_id = p_client AND c.verified_at IS NULL AND NOT c.first_party;
  IF FOUND AND p_most <= (SELECT count(*) FROM
      (SELECT FROM consents k WHERE k.client_id = p_client AND k.account_id <> p_account LIMIT p_most) people) THEN
    RETURN false;
  END IF;
  RETURN true;
END $$;

-- The same function as before, for what the person allows. What they refuse is also taken from what organisations allow, and ends
-- the tokens of those.
CREATE OR REPLACE FUNCTION save_consent(p_account text, p_client text, p_granted text[], p_refused text[], p_most integer,
  p_ends_at timestamptz, p_now timestamptz, p_withdraws boolean, p_limits boolean, p_details jsonb)
RETURNS TABLE (granted text[], refused text[]) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  IF NOT consent_has_room(p_account, p_client, p_most) THEN RETURN; END IF;
  PERFORM split_consent(p_account, p_client) FROM consents k
    WHERE k.account_id = p_account AND k.client_id = p_client AND k.organisation IS NOT NULL;
  RETURN QUERY INSERT INTO consents AS k (account_id, client_id, granted, refused, ends_at, authorization_details)
    VALUES (p_account, p_client, p_granted, p_refused, p_ends_at, p_details)
    ON CONFLICT (account_id, client_id) DO UPDATE SET
      granted = CASE WHEN k.ends_at <= p_now THEN excluded.granted ELSE
        ARRAY(SELECT DISTINCT x FROM unnest(k.granted || excluded.granted) x WHERE x <> ALL (excluded.refused) ORDER BY x) END,
      refused = CASE WHEN k.ends_at <= p_now THEN excluded.refused ELSE
        ARRAY(SELECT DISTINCT x FROM unnest(k.refused || excluded.refused) x WHERE x <> ALL (excluded.granted) ORDER BY x) END,
      created_at = CASE WHEN k.ends_at <= p_now THEN clock_timestamp() ELSE k.created_at END,
      updated_at = clock_timestamp(),
      ends_at = excluded.ends_at,
      authorization_details = CASE WHEN p_limits OR k.ends_at <= p_now THEN p_details ELSE k.authorization_details END
    WHERE p_withdraws OR (k.ends_at <= p_now OR NOT (k.granted && excluded.refused))
      AND (NOT p_limits OR k.authorization_details IS NOT DISTINCT FROM p_details)
    RETURNING k.granted, k.refused;
  IF FOUND AND take_from_organisations(p_account, p_client, p_refused) THEN
    PERFORM end_grants(ARRAY(SELECT g.id FROM grants g
      WHERE g.account_id = p_account AND g.client_id = p_client AND g.organisation IS NOT NULL));
  END IF;
END $$;

-- Takes scopes from what organisations allow. Returns whether one of them had one. Call it under the lock of the consent.
CREATE FUNCTION take_from_organisations(p_account text, p_client text, p_scopes text[]) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF p_scopes = '{}' THEN RETURN false; END IF;
  UPDATE organisation_consents o SET granted = ARRAY(SELECT x FROM unnest(o.granted) x WHERE x <> ALL (p_scopes)),
      updated_at = clock_timestamp()
    WHERE o.account_id = p_account AND o.client_id = p_client AND o.granted && p_scopes;
  IF NOT FOUND THEN RETURN false; END IF;
  DELETE FROM organisation_consents o WHERE o.account_id = p_account AND o.client_id = p_client AND o.granted = '{}';
  RETURN true;
END $$;

-- Takes scopes from what a person and their organisations allow an app, and returns what is left; no row if it had none of them. What
-- an organisation allowed, or could allow, would come back with its next assertion, so the person has refused it from now on.
CREATE FUNCTION take_from_consent(p_account text, p_client text, p_scopes text[]) RETURNS TABLE (left_over text[]) LANGUAGE plpgsql AS $$
DECLARE
  known record;
  taken boolean;
BEGIN
  PERFORM split_consent(p_account, p_client);
  taken := take_from_organisations(p_account, p_client, p_scopes);
  SELECT k.granted && p_scopes AS has INTO known FROM consents k WHERE k.account_id = p_account AND k.client_id = p_client;
  IF NOT FOUND OR NOT (taken OR known.has) THEN RETURN; END IF;
  UPDATE consents k SET granted = ARRAY(SELECT x FROM unnest(k.granted) x WHERE x <> ALL (p_scopes)), updated_at = clock_timestamp(),
      refused = CASE WHEN taken OR EXISTS (SELECT FROM clients c WHERE c.client_id = p_client AND c.id_jag_issuers IS NOT NULL)
        THEN ARRAY(SELECT DISTINCT x FROM unnest(k.refused || p_scopes) x ORDER BY x) ELSE k.refused END
    WHERE k.account_id = p_account AND k.client_id = p_client;
  RETURN QUERY SELECT k.granted || ARRAY(SELECT DISTINCT x FROM organisation_consents o CROSS JOIN unnest(o.granted) x
      WHERE o.account_id = k.account_id AND o.client_id = k.client_id AND x <> ALL (k.granted) ORDER BY x)
    FROM consents k WHERE k.account_id = p_account AND k.client_id = p_client;
END $$;

-- Saves what an organisation allows an app for a person, and returns those of the scopes that the person has not refused, or why
-- nothing is saved: the operator does not trust the organisation by this name any more, the person has disconnected the app, also a
-- moment ago, or the app may not have more people. The lock of the consent is kept: what the person changes comes before or after.
DROP FUNCTION save_organisation_consent(text, text, text[], integer, text);
CREATE FUNCTION save_organisation_consent(p_account text, p_client text, p_scopes text[], p_most integer, p_organisation text, p_trust text)
RETURNS TABLE (given text[], problem text) LANGUAGE plpgsql AS $$
DECLARE
  kept text[];
BEGIN
  -- Who ends the trust waits for this, and finds what is saved here.
  PERFORM pg_advisory_xact_lock_shared(7287, hashtext(p_organisation));
  IF p_trust IS DISTINCT FROM
      (SELECT s.value::json ->> p_organisation FROM settings s WHERE s.name = 'trusted_organisations') THEN
    RETURN QUERY SELECT NULL::text[], 'not trusted';
    RETURN;
  END IF;
  IF NOT EXISTS (SELECT FROM consents k WHERE k.account_id = p_account AND k.client_id = p_client) THEN
    IF EXISTS (SELECT FROM organisation_refusals r WHERE r.account_id = p_account AND r.client_id = p_client) THEN
      RETURN QUERY SELECT NULL::text[], 'disconnected';
      RETURN;
    END IF;
    IF NOT consent_has_room(p_account, p_client, p_most) THEN
      RETURN QUERY SELECT NULL::text[], 'full';
      RETURN;
    END IF;
    INSERT INTO consents (account_id, client_id, granted) VALUES (p_account, p_client, '{}') ON CONFLICT DO NOTHING;
  END IF;
  PERFORM split_consent(p_account, p_client);
  kept := (SELECT k.refused FROM consents k WHERE k.account_id = p_account AND k.client_id = p_client);
  IF kept IS NULL THEN
    RETURN QUERY SELECT NULL::text[], 'disconnected';
    RETURN;
  END IF;
  kept := ARRAY(SELECT x FROM unnest(p_scopes) WITH ORDINALITY s (x, place) WHERE x <> ALL (kept) ORDER BY place);
  INSERT INTO organisation_consents AS o (account_id, client_id, issuer, granted)
    SELECT p_account, p_client, p_organisation, kept WHERE kept <> '{}'
    ON CONFLICT (account_id, client_id, issuer) DO UPDATE SET updated_at = clock_timestamp(),
      granted = ARRAY(SELECT DISTINCT x FROM unnest(o.granted || excluded.granted) x ORDER BY x)
    WHERE NOT o.granted @> excluded.granted;
  RETURN QUERY SELECT kept, NULL::text;
END $$;

-- Takes what these organisations allowed an app, for one account or, with NULL, for all, and ends their grants. A consent in which
-- the person has said nothing goes too.
CREATE FUNCTION forget_organisations(p_client text, p_issuers text[], p_account text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  people text[];
BEGIN
  PERFORM split_consent(k.account_id, k.client_id) FROM consents k
    WHERE k.client_id = p_client AND k.organisation = ANY (p_issuers) AND (p_account IS NULL OR k.account_id = p_account);
  people := ARRAY(SELECT k.account_id FROM consents k
    WHERE k.client_id = p_client AND (p_account IS NULL OR k.account_id = p_account) AND EXISTS (SELECT FROM organisation_consents o
      WHERE o.account_id = k.account_id AND o.client_id = k.client_id AND o.issuer = ANY (p_issuers))
    ORDER BY k.account_id FOR NO KEY UPDATE);
  DELETE FROM organisation_consents o WHERE o.client_id = p_client AND o.issuer = ANY (p_issuers) AND o.account_id = ANY (people);
  PERFORM end_grants(ARRAY(SELECT g.id FROM grants g WHERE g.client_id = p_client AND g.organisation = ANY (p_issuers)
    AND (p_account IS NULL OR g.account_id = p_account)));
  DELETE FROM consents k WHERE k.client_id = p_client AND k.account_id = ANY (people)
    AND k.granted = '{}' AND k.refused = '{}' AND k.ends_at IS NULL AND k.authorization_details IS NULL
    AND NOT EXISTS (SELECT FROM organisation_consents o WHERE o.account_id = k.account_id AND o.client_id = k.client_id);
END $$;
