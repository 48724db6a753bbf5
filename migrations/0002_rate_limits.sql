-- Counters of rate-limiter-flexible, shared by all nodes. Keys are hashes: no address of a person or machine in clear.
CREATE TABLE rate_limits (
  key    varchar(255) PRIMARY KEY,
  points integer NOT NULL DEFAULT 0,
  expire bigint
);
CREATE INDEX rate_limits_expire ON rate_limits (expire);
