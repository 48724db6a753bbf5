-- A hash contains the time of its event in microseconds since 1970. A time that has no such number, which no server writes,
-- would keep every event from being sealed. NOT VALID: rows from before are not scanned.
ALTER TABLE audit_events ADD CONSTRAINT audit_events_at_can_be_hashed
  CHECK (at >= '1970-01-01 00:00:00+00' AND at < '10000-01-01 00:00:00+00') NOT VALID;
