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
-- Only an answer pins. It is the only statement that writes `organisation`: a person who takes something away from an app on
-- their own pages has not seen what the app has become. The row of the client says whether there is something to pin.
CREATE OR REPLACE TRIGGER consents_pin BEFORE INSERT OR UPDATE OF organisation ON consents
  FOR EACH ROW EXECUTE FUNCTION pin_client();
