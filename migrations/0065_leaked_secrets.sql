-- Not in a transaction: each paragraph is one statement, which is committed by itself and can be repeated. So clients go on
-- authenticating while the indexes are built.

-- A registration token that was leaked manages nothing any more: token_hash is NULL then. This is its hash, so that a second
-- report of it is recognised.
ALTER TABLE client_registrations ADD COLUMN IF NOT EXISTS leaked_token_hash bytea;

-- Reports of leaked secrets name no client. A build that was interrupted leaves an index that is not valid.
DROP INDEX CONCURRENTLY IF EXISTS client_secrets_hash;

CREATE INDEX CONCURRENTLY client_secrets_hash ON client_secrets (secret_hash);

DROP INDEX CONCURRENTLY IF EXISTS client_registrations_token;

CREATE INDEX CONCURRENTLY client_registrations_token ON client_registrations (token_hash) WHERE token_hash IS NOT NULL;

DROP INDEX CONCURRENTLY IF EXISTS client_registrations_leaked_token;

CREATE INDEX CONCURRENTLY client_registrations_leaked_token ON client_registrations (leaked_token_hash) WHERE leaked_token_hash IS NOT NULL;
