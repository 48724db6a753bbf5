-- Origins whose scripts may speak for a public client, beside those that follow from its redirect URIs: `capacitor://localhost` of
-- an app in a web view has no redirect URI to follow from.

ALTER TABLE clients ADD COLUMN allowed_origins text[] NOT NULL DEFAULT '{}';
