-- An admin can require another password: the next sign-in asks for one, and does nothing before it has it.

ALTER TABLE accounts ADD COLUMN password_change_required boolean NOT NULL DEFAULT false;
