-- What NOTIFY tells nodes, as rows: a node behind a pooler in transaction mode can't LISTEN, and reads them once a second. A
-- reader asks for what was written since the oldest transaction that its last read may not have seen, so it misses nothing.
CREATE TABLE node_changes (
  written_by xid8 NOT NULL DEFAULT pg_current_xact_id(),
  channel text NOT NULL,
  payload text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX node_changes_written_by ON node_changes (written_by);

CREATE FUNCTION tell_nodes(p_channel text, p_payload text) RETURNS void LANGUAGE sql AS $$
  INSERT INTO node_changes (channel, payload) VALUES (p_channel, p_payload);
  SELECT pg_notify(p_channel, p_payload)
$$;
