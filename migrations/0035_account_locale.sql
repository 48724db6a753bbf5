-- The language of pages and mails that a person chose; null until they choose one.
ALTER TABLE accounts ADD COLUMN locale text CHECK (locale ~ '^[a-z]{2,3}$');
