-- Whose a failed request was. Anybody can send a request that names an app: what nobody proved is kept apart, so that it
-- neither counts against the app nor pushes out what the app and its people did.

ALTER TABLE failed_requests
  -- Neither did the client authenticate, nor was a person signed in or a code or token of the app presented.
  ADD COLUMN stranger boolean NOT NULL DEFAULT false,
  -- A hash of the person's account or of the stranger's network; null for the client itself. So many of each are kept.
  ADD COLUMN caller text;
