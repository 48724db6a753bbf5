-- Servers of the version before go on: they leave the columns empty, and do not read them.

ALTER TABLE sessions
  -- When one factor was last shown again in a session of two. `signed_in_at` stays the time of both, because apps are told it.
  ADD COLUMN confirmed_at timestamptz;
