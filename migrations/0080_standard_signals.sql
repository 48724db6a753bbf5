-- Token Status Lists (docs/status-lists.md), for servers with STATUS_LIST_RESOURCES. Access tokens have places in lists of bits;
-- 64 places are a run, and each authorization has one. Its number is in the id of the grant, so nothing is stored for it.
CREATE SEQUENCE status_list_runs MINVALUE 0 START 0;

-- The runs of clients that act for themselves: their tokens have no grant. `key` is the name of the client or of the trust in
-- it, which the revocation list has.
CREATE TABLE status_list_clients (
  key       text PRIMARY KEY,
  client_id text NOT NULL,
  runs      bigint[] NOT NULL
);
CREATE INDEX status_list_clients_client ON status_list_clients (client_id);

-- Single tokens that were revoked, by their place, as long as they could be valid.
CREATE TABLE status_list_tokens (
  place      bigint PRIMARY KEY,
  expires_at timestamptz NOT NULL
);
CREATE INDEX status_list_tokens_expiry ON status_list_tokens (expires_at);

-- Streams of Shared Signals (docs/shared-signals.md). Their events are those of the audit log, so a stream is one row: how far its
-- receiver has got.
CREATE TABLE signal_streams (
  stream_id        text PRIMARY KEY,
  client_id        text NOT NULL UNIQUE REFERENCES clients ON DELETE CASCADE,
  description      text,
  events_requested text[] NOT NULL,
  status           text NOT NULL DEFAULT 'enabled' CHECK (status IN ('enabled', 'paused', 'disabled')),
  status_reason    text,
  -- Up to this place in the chain (audit_seals.sealed_seq) the receiver has acknowledged everything.
  read_seq         bigint NOT NULL,
  -- What it has acknowledged beyond that place.
  acknowledged     text[] NOT NULL DEFAULT '{}',
  -- The verification event that waits, if verify_id is not null, and when one was last asked for.
  verify_id        text,
  verify_state     text,
  verify_at        timestamptz,
  created_at       timestamptz NOT NULL DEFAULT clock_timestamp()
);
