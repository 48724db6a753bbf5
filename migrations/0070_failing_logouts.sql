-- Not in a transaction: each paragraph is one statement, which is committed by itself and can be repeated.

-- The clients that are told when a session ends, and what each was told last: so that an admin finds those that do not answer.
-- A build that was interrupted leaves an index that is not valid.
DROP INDEX CONCURRENTLY IF EXISTS clients_told_of_logouts;

CREATE INDEX CONCURRENTLY clients_told_of_logouts ON clients (client_id) WHERE backchannel_logout_uri IS NOT NULL;

DROP INDEX CONCURRENTLY IF EXISTS webhook_deliveries_logouts;

CREATE INDEX CONCURRENTLY webhook_deliveries_logouts ON webhook_deliveries (client_id, seq) WHERE type = 'backchannel_logout';
