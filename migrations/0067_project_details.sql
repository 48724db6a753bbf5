-- To which projects an authorization is limited, as authorization details (RFC 9396) in their shortest form; NULL: all of them. A
-- consent has what the person said, a grant what its tokens get.
ALTER TABLE consents ADD COLUMN authorization_details jsonb;
ALTER TABLE grants ADD COLUMN authorization_details jsonb;

-- The same function as before. With p_limits the answer also says to which projects it is limited: p_details, or NULL for all of
-- them. Without p_withdraws nothing is saved if that would change, as if a scope would be withdrawn.
CREATE FUNCTION save_consent(p_account text, p_client text, p_granted text[], p_refused text[], p_most integer,
  p_ends_at timestamptz, p_now timestamptz, p_withdraws boolean, p_limits boolean, p_details jsonb)
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
      authorization_details = CASE WHEN p_limits OR k.ends_at <= p_now THEN p_details ELSE k.authorization_details END,
      organisation = CASE WHEN cardinality(excluded.granted) > 0 THEN NULL ELSE k.organisation END
    WHERE p_withdraws OR (k.ends_at <= p_now OR NOT (k.granted && excluded.refused))
      AND (NOT p_limits OR k.authorization_details IS NOT DISTINCT FROM p_details)
    RETURNING k.granted, k.refused;
END $$;

-- For organisations, whose answers leave the projects as they are, and for nodes that do not know projects yet.
CREATE OR REPLACE FUNCTION save_consent(p_account text, p_client text, p_granted text[], p_refused text[], p_most integer,
  p_ends_at timestamptz, p_now timestamptz, p_withdraws boolean)
RETURNS TABLE (granted text[], refused text[]) LANGUAGE sql AS $$
  SELECT granted, refused
  FROM save_consent(p_account, p_client, p_granted, p_refused, p_most, p_ends_at, p_now, p_withdraws, false, NULL)
$$;
