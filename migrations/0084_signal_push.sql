-- Push (RFC 8935) as a second way to deliver a stream of Shared Signals (docs/shared-signals.md). The audit log is still the queue: what
-- is new is where to send, who sends at the moment, and how it went.
ALTER TABLE signal_streams
  -- Null for streams that are polled.
  ADD COLUMN push_url           text,
  -- Value of the Authorization header, sealed with SECRETS.
  ADD COLUMN push_authorization bytea,
  -- Failed requests since the last successful one, since when, and what the last one said.
  ADD COLUMN failures           integer NOT NULL DEFAULT 0,
  ADD COLUMN failing_since      timestamptz,
  ADD COLUMN error              text,
  -- When the receiver last took something, by push or by acknowledging.
  ADD COLUMN delivered_at       timestamptz,
  -- When to send next; null means now.
  ADD COLUMN due_at             timestamptz,
  -- Who sends, and until when nobody else does.
  ADD COLUMN held_by            uuid,
  ADD COLUMN held_until         timestamptz,
  -- An admin has paused the stream, so its receiver can't resume it.
  ADD COLUMN admin_paused       boolean NOT NULL DEFAULT false,
  -- The event that tells the receiver of this waits, if it is not null.
  ADD COLUMN update_id          text,
  -- People that the receiver has removed from the stream.
  ADD COLUMN subjects_removed   integer NOT NULL DEFAULT 0;

CREATE TABLE signal_removed_subjects (
  stream_id  text NOT NULL REFERENCES signal_streams ON DELETE CASCADE,
  account_id text NOT NULL,
  removed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (stream_id, account_id)
);
