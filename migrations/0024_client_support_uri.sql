-- Where people who use an app find help with it: an address of the app's owner.
ALTER TABLE clients ADD COLUMN support_uri text;
