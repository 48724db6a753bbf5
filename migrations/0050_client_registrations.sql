-- Clients that registered themselves (RFC 7591). What is registered is in their row of clients.
CREATE TABLE client_registrations (
  client_id text PRIMARY KEY REFERENCES clients ON DELETE CASCADE,
  -- SHA-256 of the token that manages the registration (RFC 7592); NULL: nobody has one.
  token_hash bytea,
  -- From where it came: a /24 and its /16, or a /56 and its /40 of IPv6.
  network text NOT NULL,
  region text NOT NULL,
  -- SHA-256 of what was registered, if an equal request from the same network is given the same client.
  digest bytea,
  -- The scope as the client registered it. If the client has another one, an admin has decided it.
  scope text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- When a person first allowed it.
  used_at timestamptz
);
-- Limits count only what nobody has used.
CREATE INDEX client_registrations_network ON client_registrations (network) WHERE used_at IS NULL;
CREATE INDEX client_registrations_region ON client_registrations (region) WHERE used_at IS NULL;
CREATE INDEX client_registrations_unused ON client_registrations (created_at) WHERE used_at IS NULL;
CREATE INDEX client_registrations_equal ON client_registrations (digest, network) WHERE digest IS NOT NULL;

CREATE FUNCTION use_client_registration() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE client_registrations SET used_at = clock_timestamp() WHERE client_id = NEW.client_id AND used_at IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER consents_use_registration AFTER INSERT ON consents
  FOR EACH ROW WHEN (NEW.client_id LIKE 'vcs_dynamic_%') EXECUTE FUNCTION use_client_registration();

-- Decides about a registration. `known` is the client that an equal request from the same network has registered and that nobody
-- has changed since: it is shared, so nobody manages it any more. Otherwise `room` says whether the network, its region and the server take one more that
-- nobody uses. Requests of one region wait for each other, so that together they stay within its limits.
CREATE FUNCTION claim_registration(p_network text, p_region text, p_digest bytea, p_limits integer[],
  OUT known text, OUT known_since timestamptz, OUT first_shared boolean, OUT room boolean) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7210, hashtext(p_region));
  IF p_digest IS NOT NULL THEN
    SELECT r.client_id, r.created_at, r.token_hash IS NOT NULL INTO known, known_since, first_shared
      FROM client_registrations r JOIN clients c ON c.client_id = r.client_id
      WHERE r.digest = p_digest AND r.network = p_network AND c.status = 'active'
        AND c.updated_at <= r.created_at
      ORDER BY r.created_at LIMIT 1 FOR KEY SHARE OF c FOR UPDATE OF r;
    IF FOUND THEN
      UPDATE client_registrations SET token_hash = NULL WHERE client_id = known AND token_hash IS NOT NULL;
      room := true;
      RETURN;
    END IF;
  END IF;
  room := p_limits IS NULL OR (
    p_limits[1] > (SELECT count(*) FROM (SELECT FROM client_registrations r
      WHERE r.network = p_network AND r.used_at IS NULL LIMIT p_limits[1]) n)
    AND p_limits[2] > (SELECT count(*) FROM (SELECT FROM client_registrations r
      WHERE r.region = p_region AND r.used_at IS NULL LIMIT p_limits[2]) n)
    AND p_limits[3] > (SELECT count(*) FROM (SELECT FROM client_registrations r
      WHERE r.used_at IS NULL LIMIT p_limits[3]) n));
END $$;
