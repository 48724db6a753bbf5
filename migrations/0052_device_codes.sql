-- Device authorizations (RFC 8628) from the request of a device until a person has decided. Older servers neither write nor
-- read them. What is allowed becomes a row of authorization_codes with the same hash.
CREATE TABLE device_codes (
  -- SHA-256 of the code that the device keeps.
  device_hash      bytea PRIMARY KEY,
  -- HMAC of the code that people type. It is so short that everybody could find it for a plain hash.
  user_hash        bytea NOT NULL UNIQUE,
  client_id        text NOT NULL REFERENCES clients ON DELETE CASCADE,
  -- The request, sealed.
  payload          bytea NOT NULL,
  state            text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'allowed', 'denied')),
  -- Why it was denied, as the device is told.
  error            text,
  error_description text,
  -- The browser that has confirmed it: no other one may go on with it.
  confirmed_by     bytea,
  confirmed_at     timestamptz,
  -- How often the device may ask, and when it last got an answer. A device that asks too early does not.
  interval_seconds integer NOT NULL DEFAULT 5,
  answered_at      timestamptz,
  early            boolean NOT NULL DEFAULT false,
  -- The device, as the person is shown it.
  address          text,
  user_agent       text,
  -- The network of a device that did not authenticate: a network may have a limited number of them.
  owner            bytea,
  created_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at       timestamptz NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX device_codes_expiry ON device_codes (expires_at);
CREATE INDEX device_codes_client ON device_codes (client_id);
CREATE INDEX device_codes_owner ON device_codes (owner) WHERE owner IS NOT NULL;

-- Failures are kept of more endpoints than before. All rows that exist satisfy the constraint.
ALTER TABLE failed_requests DROP CONSTRAINT failed_requests_endpoint_check;
ALTER TABLE failed_requests ADD CONSTRAINT failed_requests_endpoint_check CHECK (endpoint ~ '^[a-z_]{1,40}$') NOT VALID;
