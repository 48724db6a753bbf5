-- The security profile that a client keeps. Nodes of before, which do not know it, treat every client as they did.
ALTER TABLE clients ADD COLUMN profile text DEFAULT 'standard';
ALTER TABLE clients ADD CONSTRAINT clients_profile
  CHECK (profile IS NOT NULL AND profile IN ('standard', 'fapi2')) NOT VALID;
