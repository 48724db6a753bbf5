-- What an app was when an admin allowed it by a rule of its own: its pin, and the scope that it may ask for. NULL: not known.
ALTER TABLE third_party_rules ADD COLUMN seen jsonb;

-- A client that registered itself (RFC 7591) can replace its name, redirect URIs and keys (RFC 7592), as the maker of a document
-- can. So a consent to it also remembers what it was. Consents from before have no such memory: their people are asked once more.
CREATE OR REPLACE FUNCTION pin_client() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.pinned := (SELECT jsonb_build_object(
      'client_name', c.client_name, 'client_name#en', c."client_name#en", 'client_name#de', c."client_name#de",
      'client_name#es', c."client_name#es", 'client_name#fr', c."client_name#fr", 'client_name#ja', c."client_name#ja",
      'redirect_uris', c.redirect_uris, 'token_endpoint_auth_method', c.token_endpoint_auth_method,
      'jwks', c.jwks, 'jwks_uri', c.jwks_uri)
    FROM clients c WHERE c.client_id = NEW.client_id AND c.registration_type <> 'manual');
  RETURN NEW;
END $$;
-- Only an answer pins. save_consent is the only one that writes `created_at`: a person who takes something away from an app on
-- their own pages has not seen what the app has become. The row of the client says whether there is something to pin.
CREATE OR REPLACE TRIGGER consents_pin BEFORE INSERT OR UPDATE OF created_at ON consents
  FOR EACH ROW EXECUTE FUNCTION pin_client();

-- What of a client an admin allows by a rule for it: what people allow (pin_client), and the scope that it may ask for.
CREATE FUNCTION client_seen(c clients) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
    'client_name', c.client_name, 'client_name#en', c."client_name#en", 'client_name#de', c."client_name#de",
    'client_name#es', c."client_name#es", 'client_name#fr', c."client_name#fr", 'client_name#ja', c."client_name#ja",
    'redirect_uris', c.redirect_uris, 'token_endpoint_auth_method', c.token_endpoint_auth_method,
    'jwks', c.jwks, 'jwks_uri', c.jwks_uri, 'scope', c.scope)
$$;

-- What the rules say of a client that is stored. It is asked about once more if it is not what was allowed, or may ask for more. An
-- allowance from before this was kept covers the client until it changes.
CREATE FUNCTION third_party_rule_of(c clients) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN r.kind = 'host' OR r.policy <> 'allow' THEN r.policy
    WHEN CASE WHEN r.seen IS NULL THEN c.updated_at <= r.decided_at
      ELSE r.seen - '{redirect_uris,scope}'::text[] = client_seen(c) - '{redirect_uris,scope}'::text[]
        AND r.seen -> 'redirect_uris' @> to_jsonb(c.redirect_uris) AND r.seen -> 'redirect_uris' <@ to_jsonb(c.redirect_uris)
        AND string_to_array(c.scope, ' ') <@ string_to_array(r.seen ->> 'scope', ' ') END THEN 'allow'
    ELSE 'ask' END
  FROM third_party_rules r
  WHERE (r.kind = 'client' AND r.value = c.client_id) OR (r.kind = 'host' AND r.value = document_host(c.client_id))
  ORDER BY r.kind LIMIT 1
$$;
CREATE OR REPLACE FUNCTION third_party_rule(p_client text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN c.client_id IS NOT NULL THEN third_party_rule_of(c) ELSE (
      SELECT policy FROM third_party_rules
      WHERE (kind = 'client' AND value = p_client) OR (kind = 'host' AND value = document_host(p_client))
      ORDER BY kind LIMIT 1) END
  FROM (VALUES (1)) one LEFT JOIN clients c ON c.client_id = p_client
$$;

-- Every node writes rules and clients in its own way, so what was seen is noted here.
CREATE FUNCTION see_client() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.seen := (SELECT client_seen(c) FROM clients c WHERE c.client_id = NEW.value AND NEW.kind = 'client' AND NEW.policy = 'allow');
  RETURN NEW;
END $$;
CREATE TRIGGER third_party_rules_see BEFORE INSERT OR UPDATE OF policy ON third_party_rules
  FOR EACH ROW EXECUTE FUNCTION see_client();

-- A document that was allowed before anybody had read it is what it says first.
CREATE FUNCTION hold_third_party_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    UPDATE third_party_rules SET seen = client_seen(NEW)
      WHERE kind = 'client' AND value = NEW.client_id AND policy = 'allow' AND seen IS NULL;
  END IF;
  NEW.third_party_policy := third_party_rule_of(NEW);
  RETURN NEW;
END $$;
CREATE TRIGGER clients_rule_first BEFORE INSERT ON clients
  FOR EACH ROW WHEN (NEW.third_party_policy IN ('allow', 'ask')) EXECUTE FUNCTION hold_third_party_rule();
CREATE TRIGGER clients_rule_then BEFORE UPDATE OF client_name, "client_name#en", "client_name#de", "client_name#es", "client_name#fr",
    "client_name#ja", redirect_uris, token_endpoint_auth_method, jwks, jwks_uri, scope ON clients
  FOR EACH ROW WHEN (NEW.third_party_policy IN ('allow', 'ask')) EXECUTE FUNCTION hold_third_party_rule();

-- Apps that have changed since an admin allowed them. There are few rules.
UPDATE clients c SET third_party_policy = 'ask' FROM third_party_rules r
  WHERE r.kind = 'client' AND r.policy = 'allow' AND c.client_id = r.value AND c.third_party_policy = 'allow'
    AND c.updated_at > r.decided_at;
