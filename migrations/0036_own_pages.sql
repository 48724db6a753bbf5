-- What a person's own pages read. Servers of the version before go on: they leave the columns empty. The indexes of the
-- activity are in 0043. Landed before as 6c90f7bdf67c3f51c9549b5dd1f7f1fbf57fbcf5aa8b4515e75714767964bb64.

-- The browser that holds a session, and the network address from which it was last saved, so that a person knows it again.
-- Null in sessions from before.
ALTER TABLE sessions
  ADD COLUMN user_agent text,
  ADD COLUMN address text;
