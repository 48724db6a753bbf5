-- What apps did with the access that they have: calls by authorization and day, as gateways counted them. account_id is empty
-- where an app acts for itself, grant_id too, so whoever deletes an account deletes its rows. A row is updated each minute of its
-- day, so pages keep room and no column of an index changes.
CREATE TABLE app_usage (
  account_id text NOT NULL,
  client_id text NOT NULL REFERENCES clients ON DELETE CASCADE,
  grant_id text NOT NULL,
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
  PRIMARY KEY (account_id, client_id, grant_id, day)
) WITH (fillfactor = 70);
CREATE INDEX app_usage_client ON app_usage (client_id, day);
CREATE INDEX app_usage_day ON app_usage (day);

-- The reports of gateways that were counted, so that one that is sent again counts once.
CREATE TABLE usage_reports (
  client_id text NOT NULL REFERENCES clients ON DELETE CASCADE,
  id uuid NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (client_id, id)
);
CREATE INDEX usage_reports_received ON usage_reports (received_at);

-- Adds counts by name. Names beyond p_most are not added.
CREATE FUNCTION add_counts(p_counts jsonb, p_added jsonb, p_most integer) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(jsonb_object_agg(name, total), '{}') FROM (
    SELECT name, sum(count::bigint) AS total, min(place) AS place FROM (
      SELECT key AS name, value AS count, 0 AS place FROM jsonb_each_text(p_counts)
      UNION ALL SELECT key, value, 1 FROM jsonb_each_text(p_added)) counts
    GROUP BY name ORDER BY min(place), name LIMIT p_most) kept
$$;
