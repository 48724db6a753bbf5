-- Which version of a client a row is. It moves with every change of the client or of its secrets, whoever makes it, and
-- never comes back, not even for a client that is registered anew under the id of a deleted one. Statements that issue or
-- judge tokens return it, so that a node whose copy of the client is older notices, with a notification or without.
CREATE SEQUENCE client_revisions;

ALTER TABLE clients ADD COLUMN revision bigint NOT NULL DEFAULT nextval('client_revisions');

CREATE FUNCTION move_client_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.revision := nextval('client_revisions');
  RETURN NEW;
END $$;
CREATE TRIGGER clients_revision BEFORE UPDATE ON clients FOR EACH ROW EXECUTE FUNCTION move_client_revision();

-- Not when a secret was used: that is noted often and changes nothing.
CREATE FUNCTION move_revision_of_client() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE clients SET revision = revision WHERE client_id = coalesce(NEW.client_id, OLD.client_id);
  RETURN NULL;
END $$;
CREATE TRIGGER client_secrets_revision AFTER INSERT OR DELETE OR UPDATE OF secret_hash, expires_at ON client_secrets
  FOR EACH ROW EXECUTE FUNCTION move_revision_of_client();
