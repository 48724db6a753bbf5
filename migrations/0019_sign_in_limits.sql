-- Failed sign-ins and the tries that are under way, one row for each account or machine that has any. A try is not a
-- failure before it has failed. Keys are hashes: no address of a person or machine in clear.

CREATE TABLE sign_in_limits (
  key           text PRIMARY KEY,
  -- Within the window that ends at window_ends; after it they are forgotten.
  failures      integer NOT NULL DEFAULT 0,
  -- Failures that shut the gate, in the same window: each shuts it for longer.
  strikes       integer NOT NULL DEFAULT 0,
  window_ends   timestamptz NOT NULL DEFAULT '-infinity',
  shut_until    timestamptz NOT NULL DEFAULT '-infinity',
  -- Tries under way: id → until when it counts, in seconds since 1970, should its process die.
  tries         jsonb NOT NULL DEFAULT '{}',
  -- When nothing of this row counts any more.
  expires_at    timestamptz NOT NULL
) WITH (fillfactor = 70);

CREATE INDEX sign_in_limits_expiry ON sign_in_limits (expires_at);

-- Tries that still count.
CREATE FUNCTION live_tries(tries jsonb) RETURNS jsonb LANGUAGE sql VOLATILE AS $$
  SELECT coalesce(jsonb_object_agg(id, until), '{}') FROM jsonb_each(tries) AS each (id, until)
  WHERE until::text::numeric > extract(epoch FROM clock_timestamp())
$$;
