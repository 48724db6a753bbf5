-- How a client came to be registered. Clients that nobody registered by hand have narrower rights until somebody asks more.
ALTER TABLE clients
  ADD COLUMN registration_type text NOT NULL DEFAULT 'manual'
    CHECK (registration_type IN ('manual', 'dynamic', 'metadata_document'));
