-- How often a client changes its own registration (RFC 7592): so many changes until changes_end_at, then the count begins again.
ALTER TABLE client_registrations
  ADD COLUMN changes integer NOT NULL DEFAULT 0,
  ADD COLUMN changes_end_at timestamptz;

-- Clients whose id is the URL of a document have a row too, so that the limits of their network count them until somebody uses them.
CREATE OR REPLACE TRIGGER consents_use_registration AFTER INSERT ON consents
  FOR EACH ROW WHEN (NEW.client_id LIKE 'vcs_dynamic_%' OR NEW.client_id LIKE 'https://%') EXECUTE FUNCTION use_client_registration();

-- As in 0050, but a client is shared only while it has fewer than p_limits[4] people: it may have a limit of people, and one network
-- can have more. Servers of before pass three limits, and share without end. Without p_limits[1] there is always room.
CREATE OR REPLACE FUNCTION claim_registration(p_network text, p_region text, p_digest bytea, p_limits integer[],
  OUT known text, OUT known_since timestamptz, OUT first_shared boolean, OUT room boolean) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7210, hashtext(p_region));
  IF p_digest IS NOT NULL THEN
    SELECT r.client_id, r.created_at, r.token_hash IS NOT NULL INTO known, known_since, first_shared
      FROM client_registrations r JOIN clients c ON c.client_id = r.client_id
      WHERE r.digest = p_digest AND r.network = p_network AND c.status = 'active'
        AND c.updated_at <= r.created_at
        AND (p_limits[4] IS NULL OR p_limits[4] >
          (SELECT count(*) FROM (SELECT FROM consents k WHERE k.client_id = r.client_id LIMIT p_limits[4]) people))
      -- The newest one has the most room.
      ORDER BY r.created_at DESC LIMIT 1 FOR KEY SHARE OF c FOR UPDATE OF r;
    IF FOUND THEN
      UPDATE client_registrations SET token_hash = NULL WHERE client_id = known AND token_hash IS NOT NULL;
      room := true;
      RETURN;
    END IF;
  END IF;
  room := p_limits[1] IS NULL OR (
    p_limits[1] > (SELECT count(*) FROM (SELECT FROM client_registrations r
      WHERE r.network = p_network AND r.used_at IS NULL LIMIT p_limits[1]) n)
    AND p_limits[2] > (SELECT count(*) FROM (SELECT FROM client_registrations r
      WHERE r.region = p_region AND r.used_at IS NULL LIMIT p_limits[2]) n)
    AND p_limits[3] > (SELECT count(*) FROM (SELECT FROM client_registrations r
      WHERE r.used_at IS NULL LIMIT p_limits[3]) n));
END $$;
