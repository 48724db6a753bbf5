-- The language of pages and mails that a person chose; null until they choose one. NOT VALID: all rows are null, and none is
-- scanned while the table is locked. Landed before as 362bdc360a9a4fc0a2aaaa8ce3d61e37e08672d2897a8971c6e76b018a37ece5.
ALTER TABLE accounts ADD COLUMN locale text;
ALTER TABLE accounts ADD CONSTRAINT accounts_locale_check CHECK (locale ~ '^[a-z]{2,3}$') NOT VALID;
