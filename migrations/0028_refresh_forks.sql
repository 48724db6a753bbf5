-- A refresh whose answer was lost: the predecessor comes back after the leeway, and the current token was never used. A
-- new token then takes the place of that one. Both have the same generation and another branch.
ALTER TABLE grants
  -- Of the current refresh token. It counts forks and never falls: a token of a lower branch was replaced, or is older.
  ADD COLUMN branch integer NOT NULL DEFAULT 0,
  -- Of the refresh token before the current generation.
  ADD COLUMN predecessor_branch integer NOT NULL DEFAULT 0,
  -- Whether somebody has used the current refresh token without rotating it, or an access token issued with it.
  ADD COLUMN current_used boolean NOT NULL DEFAULT false;

-- Seconds; null for those of the server.
ALTER TABLE clients ADD COLUMN refresh_token_leeway integer CHECK (refresh_token_leeway BETWEEN 0 AND 3600);
