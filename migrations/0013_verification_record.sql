-- What a verification was made on: the values that a reviewer checked, when, and who. They stay while a changed client is
-- reviewed again, so that the reviewer sees what is new; sending it back to draft removes them. verified_at says whether
-- the verification holds now.
ALTER TABLE clients
  ADD COLUMN checked_at timestamptz,
  ADD COLUMN checked_by text,
  ADD COLUMN checked_values jsonb;

-- Clients that are verified today keep that for what they say today.
UPDATE clients c SET
  checked_at = c.verified_at,
  checked_by = coalesce((
    SELECT e.actor FROM audit_events e
    WHERE e.target = 'client:' || c.client_id AND e.action = 'client.verified' ORDER BY e.seq DESC LIMIT 1), 'system'),
  checked_values = jsonb_build_object(
    'client_name', c.client_name, 'description', c.description, 'owner_name', c.owner_name,
    'owner_account_id', c.owner_account_id, 'client_uri', c.client_uri, 'logo_hash', c.logo_hash,
    'policy_uri', c.policy_uri, 'tos_uri', c.tos_uri, 'redirect_uris', to_jsonb(c.redirect_uris),
    'post_logout_redirect_uris', to_jsonb(c.post_logout_redirect_uris))
WHERE c.verified_at IS NOT NULL;
