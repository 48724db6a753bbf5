-- What the first admin page reads: the few rows that need somebody, each by an index of its own, so that it costs the same
-- among a hundred thousand clients and a million grants as among ten.

-- Apps in review, the one that waits longest first.
CREATE INDEX clients_waiting ON clients (submitted_at, client_id) WHERE status = 'active' AND submitted_at IS NOT NULL;

-- Clients that failed on a day. Without the count, which changes every few seconds: updates stay on their page.
CREATE INDEX client_figures_errors ON client_figures (day, client_id) WHERE what = 'error';

-- Webhooks that we turned off, and those that have been retried more than twice since something got through.
CREATE INDEX webhooks_turned_off ON webhooks (client_id) WHERE disabled_reason IS NOT NULL;
CREATE INDEX webhook_deliveries_retried ON webhook_deliveries (client_id, seq) WHERE status = 'pending' AND attempts > 2;

-- Who allowed a client something, by when: its newest people, and how many came on which day.
DROP INDEX consents_client;
CREATE INDEX consents_client_age ON consents (client_id, created_at);

-- Secrets that end soon, so that an app that still uses one is told about in time.
CREATE INDEX client_secrets_ending ON client_secrets (expires_at) WHERE expires_at IS NOT NULL;

-- Filters of the audit log, so that what matches is found and counted without reading all of it. Prefixes too.
CREATE INDEX audit_events_actor ON audit_events (actor text_pattern_ops, seq);
CREATE INDEX audit_events_action ON audit_events (action text_pattern_ops, seq);
CREATE INDEX audit_events_at ON audit_events (at);
