-- The audit log as a stream to one receiver (AUDIT_STREAM_URL). The log itself is the queue: what is kept here is one row that
-- says how far the receiver has got, and which node is sending.
CREATE TABLE audit_stream (
  one        boolean PRIMARY KEY DEFAULT true CHECK (one),
  -- The receiver has every event up to this place in the chain (audit_seals.sealed_seq).
  sent_seq   bigint NOT NULL,
  -- Events in the next request. A failure halves it, a success doubles it.
  batch_size integer NOT NULL,
  -- Failed requests since the last successful one, and what the last one said.
  failures   integer NOT NULL DEFAULT 0,
  error      text,
  failed_at  timestamptz,
  sent_at    timestamptz,
  due_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Who sends, and until when nobody else does.
  held_by    uuid,
  held_until timestamptz
);
