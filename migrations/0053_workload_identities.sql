-- What `aud` a client's assertion must have. Clients that use assertions already keep what was accepted of them.
-- The workloads of other issuers that a service trusts instead of a secret or a key.
ALTER TABLE clients
  ADD COLUMN assertion_audience text NOT NULL DEFAULT 'issuer' CHECK (assertion_audience IN ('issuer', 'endpoint')),
  ADD COLUMN workload_identities jsonb NOT NULL DEFAULT '[]';
UPDATE clients SET assertion_audience = 'endpoint' WHERE token_endpoint_auth_method = 'private_key_jwt';
