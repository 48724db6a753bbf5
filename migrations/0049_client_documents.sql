-- Clients whose id is the URL of a document that describes them (OAuth Client ID Metadata Document). What the document says is
-- in their row of clients; this is how it was read last.
CREATE TABLE client_documents (
  client_id text PRIMARY KEY REFERENCES clients ON DELETE CASCADE,
  -- SHA-256 of the document.
  digest bytea NOT NULL,
  etag text,
  -- When the document was last there and right, and until when it need not be read again.
  fetched_at timestamptz NOT NULL,
  fresh_until timestamptz NOT NULL,
  -- What was wrong when it was read last; NULL: nothing.
  error text,
  failed_at timestamptz
);
CREATE INDEX client_documents_fresh_until ON client_documents (fresh_until);

-- What such a client was when a person last allowed it. If it has changed since, they are asked again.
ALTER TABLE consents ADD COLUMN pinned jsonb;

CREATE FUNCTION pin_client() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.pinned := (SELECT jsonb_build_object(
      'client_name', c.client_name, 'client_name#en', c."client_name#en", 'client_name#de', c."client_name#de",
      'client_name#es', c."client_name#es", 'client_name#fr', c."client_name#fr", 'client_name#ja', c."client_name#ja",
      'redirect_uris', c.redirect_uris, 'token_endpoint_auth_method', c.token_endpoint_auth_method,
      'jwks', c.jwks, 'jwks_uri', c.jwks_uri)
    FROM clients c WHERE c.client_id = NEW.client_id AND c.registration_type = 'metadata_document');
  RETURN NEW;
END $$;
CREATE TRIGGER consents_pin BEFORE INSERT OR UPDATE ON consents
  FOR EACH ROW WHEN (NEW.client_id LIKE 'https://%') EXECUTE FUNCTION pin_client();
