-- The issuer of the organisation that allowed an app for a person who has not allowed it themselves (ID-JAG). NULL: the person did.
ALTER TABLE consents ADD COLUMN organisation text;

-- The same function as before; what a person allows is theirs from then on.
CREATE OR REPLACE FUNCTION save_consent(p_account text, p_client text, p_granted text[], p_refused text[], p_most integer,
  p_ends_at timestamptz, p_now timestamptz, p_withdraws boolean)
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
  RETURN QUERY INSERT INTO consents AS k (account_id, client_id, granted, refused, ends_at)
    VALUES (p_account, p_client, p_granted, p_refused, p_ends_at)
    ON CONFLICT (account_id, client_id) DO UPDATE SET
      granted = CASE WHEN k.ends_at <= p_now THEN excluded.granted ELSE
        ARRAY(SELECT DISTINCT x FROM unnest(k.granted || excluded.granted) x WHERE x <> ALL (excluded.refused) ORDER BY x) END,
      refused = CASE WHEN k.ends_at <= p_now THEN excluded.refused ELSE
        ARRAY(SELECT DISTINCT x FROM unnest(k.refused || excluded.refused) x WHERE x <> ALL (excluded.granted) ORDER BY x) END,
      created_at = CASE WHEN k.ends_at <= p_now THEN clock_timestamp() ELSE k.created_at END,
      updated_at = clock_timestamp(),
      ends_at = excluded.ends_at,
      organisation = CASE WHEN cardinality(excluded.granted) > 0 THEN NULL ELSE k.organisation END
    WHERE p_withdraws OR k.ends_at <= p_now OR NOT k.granted && excluded.refused
    RETURNING k.granted, k.refused;
END $$;

-- Saves what an organisation allows an app for a person, and returns those of the scopes that the person has not refused; NULL,
-- and nothing is saved, if the app may not have more people, which save_consent counts. It returns no row if the person has
-- disconnected the app, also a moment ago: the consent is gone then, and its lock, or the refusal, shows it. An answer of the
-- person that has ended does not come back.
CREATE FUNCTION save_organisation_consent(p_account text, p_client text, p_scopes text[], p_most integer, p_organisation text)
RETURNS TABLE (given text[]) LANGUAGE plpgsql AS $$
DECLARE
  is_new boolean := NOT EXISTS (SELECT FROM consents k WHERE k.account_id = p_account AND k.client_id = p_client);
BEGIN
  IF is_new THEN
    IF EXISTS (SELECT FROM organisation_refusals r WHERE r.account_id = p_account AND r.client_id = p_client) THEN
      RETURN;
    END IF;
    PERFORM FROM save_consent(p_account, p_client, '{}', '{}', p_most, NULL, clock_timestamp(), true);
    IF NOT FOUND THEN
      RETURN QUERY SELECT NULL::text[];
      RETURN;
    END IF;
  END IF;
  RETURN QUERY UPDATE consents k SET
      granted = ARRAY(SELECT DISTINCT x FROM unnest(CASE WHEN k.ends_at <= clock_timestamp() THEN '{}' ELSE k.granted END || p_scopes) x
        WHERE x <> ALL (k.refused) ORDER BY x),
      organisation = CASE WHEN is_new AND k.granted = '{}' AND k.refused = '{}' OR k.ends_at <= clock_timestamp()
        THEN p_organisation ELSE k.organisation END,
      created_at = CASE WHEN k.ends_at <= clock_timestamp() THEN clock_timestamp() ELSE k.created_at END,
      updated_at = clock_timestamp(),
      ends_at = CASE WHEN k.ends_at <= clock_timestamp() THEN NULL ELSE k.ends_at END
    WHERE k.account_id = p_account AND k.client_id = p_client
    RETURNING ARRAY(SELECT x FROM unnest(p_scopes) WITH ORDINALITY s(x, place) WHERE x <> ALL (k.refused) ORDER BY place);
END $$;
