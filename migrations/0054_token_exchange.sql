-- The resources for which a service may exchange access tokens that it received (RFC 8693), with spaces between them.
-- Null: it may not.
ALTER TABLE clients ADD COLUMN exchange_resource text;
