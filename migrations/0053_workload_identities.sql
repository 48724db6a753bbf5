-- What `aud` a client's assertion must have. Clients that use assertions already keep what was accepted of them.
-- The workloads of other issuers that a service trusts instead of a secret or a key.
ALTER TABLE clients
  ADD COLUMN assertion_audience text DEFAULT 'issuer',
  ADD COLUMN workload_identities jsonb DEFAULT '[]';
ALTER TABLE clients ADD CONSTRAINT clients_assertion_audience
  CHECK (assertion_audience IS NOT NULL AND assertion_audience IN ('issuer', 'endpoint')) NOT VALID;
ALTER TABLE clients ADD CONSTRAINT clients_workload_identities CHECK (workload_identities IS NOT NULL) NOT VALID;
UPDATE clients SET assertion_audience = 'endpoint' WHERE token_endpoint_auth_method = 'private_key_jwt';
