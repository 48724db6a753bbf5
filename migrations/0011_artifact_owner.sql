-- Whoever an interaction or a pushed request is counted against: an account, a browser that has signed in before, or
-- the network of a stranger, as a hash. Each may have so many at a time; the oldest make room for new ones.
ALTER TABLE artifacts ADD COLUMN owner bytea;
CREATE INDEX artifacts_owner ON artifacts (owner, model, expires_at) WHERE owner IS NOT NULL;
