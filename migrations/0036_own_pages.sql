-- What a person's own pages read. Servers of the version before go on: they leave the columns empty.

-- The browser that holds a session, and the network address from which it was last saved, so that a person knows it again.
-- Null in sessions from before.
ALTER TABLE sessions
  ADD COLUMN user_agent text,
  ADD COLUMN address text;

-- The activity of an account beside the events whose target it is: those that name it in their details (an app that was
-- allowed or disconnected), and what it did to other things. Both are partial, so that sign-ins, which are most of the log,
-- pay nothing for them and are not read in vain.
CREATE INDEX audit_events_account ON audit_events ((details ->> 'account'), seq) WHERE details ->> 'account' IS NOT NULL;
CREATE INDEX audit_events_elsewhere ON audit_events (actor, seq) WHERE actor <> target;
