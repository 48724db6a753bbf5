-- What a client of the admin API was answered under an Idempotency-Key, kept for a day. The answer is sealed: a new secret
-- may stand in it. Of the key a hash is kept, of the request a MAC.
CREATE TABLE idempotent_requests (
  client_id   text NOT NULL,
  key_hash    bytea NOT NULL,
  request_mac bytea NOT NULL,
  -- Written in the transaction that did what was asked: without it nothing was done.
  answer      bytea,
  expires_at  timestamptz NOT NULL,
  PRIMARY KEY (client_id, key_hash)
);
CREATE INDEX idempotent_requests_expiry ON idempotent_requests (expires_at);
