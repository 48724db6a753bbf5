-- When the owner of a key was told that it ends soon. No gateway has to know.
ALTER TABLE api_keys ADD COLUMN warned_at timestamptz;
