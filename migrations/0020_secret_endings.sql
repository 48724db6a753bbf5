-- The last four characters of a secret, so that people can tell the one in their hands from the other in the list. Secrets
-- from before have none: only their hashes were kept. What is left of a client secret has more than 240 random bits.

ALTER TABLE client_secrets ADD COLUMN last_four text CHECK (length(last_four) = 4);
ALTER TABLE webhook_secrets ADD COLUMN last_four text CHECK (length(last_four) = 4);
