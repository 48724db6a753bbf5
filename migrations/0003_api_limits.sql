-- Counters of API calls, for gateways that share them through PostgreSQL (see GATEWAY_LIMITS_URL). Losing them on a crash
-- costs nobody anything, so they are not logged.
CREATE UNLOGGED TABLE api_limits (
  key    varchar(255) PRIMARY KEY,
  points integer NOT NULL DEFAULT 0,
  expire bigint
);
CREATE INDEX api_limits_expire ON api_limits (expire);
