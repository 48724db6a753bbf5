-- Links by which people make an account that nobody invited them to. Older servers neither write nor read them. All rows that
-- exist satisfy the constraint, so none is read while the table is locked.
ALTER TABLE account_links DROP CONSTRAINT account_links_kind_check;
ALTER TABLE account_links ADD CONSTRAINT account_links_kind_check
  CHECK (kind IN ('verify', 'reset', 'change', 'undo', 'invite', 'register')) NOT VALID;
