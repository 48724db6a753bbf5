-- What was done with API keys: calls by key and day, as gateways counted them (0064 does the same for apps). They end with the key.
CREATE TABLE api_key_usage (
  key_id text NOT NULL REFERENCES api_keys ON DELETE CASCADE,
  day date NOT NULL,
  read bigint NOT NULL,
  changed bigint NOT NULL,
  generated bigint NOT NULL,
  other bigint NOT NULL,
  refused bigint NOT NULL,
  -- Calls by route, as {"GET /projects": 3}.
  routes jsonb NOT NULL,
  -- The projects that were called, in no order, at most fifty.
  projects text[] NOT NULL,
  last_address text,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (key_id, day)
) WITH (fillfactor = 70);
CREATE INDEX api_key_usage_day ON api_key_usage (day);
