-- How long a person has allowed an app that came by itself. NULL: until they disconnect it, as with every other app. In a
-- grant it is the end of its family: refresh_expires_at and expires_at are never later.
ALTER TABLE consents ADD COLUMN ends_at timestamptz;
ALTER TABLE grants ADD COLUMN ends_at timestamptz;

-- Saves a decision of a person about an app. It is merged into what they decided before, unless that has ended: then it
-- takes its place, so that nothing of it comes back. p_now is the moment by which the person was asked. Unless p_withdraws,
-- nothing is saved or returned if the decision would withdraw a scope: then grants must end too.
CREATE FUNCTION save_consent(p_account text, p_client text, p_granted text[], p_refused text[], p_most integer,
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
      ends_at = excluded.ends_at
    WHERE p_withdraws OR k.ends_at <= p_now OR NOT k.granted && excluded.refused
    RETURNING k.granted, k.refused;
END $$;
