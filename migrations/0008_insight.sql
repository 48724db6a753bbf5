-- What admins are told of each client: figures by day, when it was last used, and why its last requests failed. Gathered in
-- memory and written in batches by every node: a crash loses seconds of it, and no token waits for it.

-- Counts of one client on one day (UTC). `what` is a grant type by which tokens were issued, `error` for requests that
-- failed, or `theft` for a spent refresh token that came back.
CREATE TABLE client_figures (
  client_id text NOT NULL REFERENCES clients ON DELETE CASCADE,
  day       date NOT NULL,
  what      text NOT NULL,
  count     bigint NOT NULL,
  PRIMARY KEY (client_id, day, what)
);
CREATE INDEX client_figures_day ON client_figures (day);

-- The same of all clients together, so that the whole is read without adding up every client. It outlives a client.
CREATE TABLE daily_figures (
  day   date NOT NULL,
  what  text NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (day, what)
);

-- When a client last succeeded at an endpoint. Apart from `clients`, whose every change empties caches.
CREATE TABLE client_uses (
  client_id    text PRIMARY KEY REFERENCES clients ON DELETE CASCADE,
  last_used_at timestamptz NOT NULL
) WITH (fillfactor = 70);

-- The last failed requests of each client. `parameters` has every name that was sent, and null for each value that is or
-- may be a secret.
CREATE TABLE failed_requests (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  client_id   text NOT NULL REFERENCES clients ON DELETE CASCADE,
  at          timestamptz NOT NULL,
  request_id  text NOT NULL,
  endpoint    text NOT NULL CHECK (endpoint IN ('authorize', 'token', 'par', 'revoke', 'introspect')),
  error       text NOT NULL,
  description text,
  detail      text,
  parameters  jsonb NOT NULL
);
CREATE INDEX failed_requests_client ON failed_requests (client_id, id);
CREATE INDEX failed_requests_request ON failed_requests (request_id);
CREATE INDEX failed_requests_at ON failed_requests (at);
