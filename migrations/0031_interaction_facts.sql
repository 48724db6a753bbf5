-- What an interaction refers to, beside its sealed payload, so that one statement reads or writes all of it.
ALTER TABLE artifacts
  -- The session of the person who decides.
  ADD COLUMN session_uid text,
  -- The app that asks.
  ADD COLUMN client_id text,
  -- When the password was verified, if a sign-in waits in it: by the database's clock, in the statement that stores it.
  ADD COLUMN signed_in_at timestamptz;
