-- What the admin pages search and sort by, so that a page costs the same among a hundred thousand rows as among ten.

-- Words of a name, an address or a URI, apart at every punctuation mark, so that the beginning of each can be asked for.
CREATE FUNCTION search_words(VARIADIC p_texts text[])
RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT to_tsvector('simple'::regconfig, regexp_replace(array_to_string(p_texts, ' '), '[^[:alnum:]]+', ' ', 'g'));
$$;

CREATE INDEX clients_words ON clients USING gin (search_words(VARIADIC redirect_uris || client_name || client_id || coalesce(owner_name, '')));
CREATE INDEX clients_by_name ON clients (lower(client_name), client_id);
CREATE INDEX clients_by_age ON clients (created_at, client_id);
CREATE INDEX clients_by_type ON clients (type, lower(client_name), client_id);
CREATE INDEX clients_disabled ON clients (lower(client_name), client_id) WHERE status = 'disabled';
CREATE INDEX clients_verified ON clients (lower(client_name), client_id) WHERE status = 'active' AND verified_at IS NOT NULL;

CREATE INDEX accounts_words ON accounts USING gin (search_words(email, name));
CREATE INDEX accounts_suspended ON accounts (email) WHERE status = 'suspended';
CREATE INDEX accounts_admins ON accounts (email) WHERE role = 'admin';

CREATE INDEX audit_events_request ON audit_events (request_id, seq) WHERE request_id IS NOT NULL;
