-- What an admin has decided about a client that describes itself, by field: what holds, and what the client said last. NULL: nothing.
ALTER TABLE clients ADD COLUMN admin_decisions jsonb;

-- NULL: the request named no client that there is, or it was to become one.
ALTER TABLE failed_requests ALTER COLUMN client_id DROP NOT NULL;

-- Counts how often something was taken by which the client gets tokens without a person. Tokens of before end with that.
ALTER TABLE clients ADD COLUMN trust_epoch integer DEFAULT 0;
