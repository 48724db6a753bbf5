-- How a client came to be registered. Clients that nobody registered by hand have narrower rights until somebody asks more.
ALTER TABLE clients ADD COLUMN registration_type text DEFAULT 'manual';
ALTER TABLE clients ADD CONSTRAINT clients_registration_type
  CHECK (registration_type IS NOT NULL AND registration_type IN ('manual', 'dynamic', 'metadata_document')) NOT VALID;
