-- The name of an app for people who read a language (RFC 7591 §2.2); null where it is client_name.
ALTER TABLE clients
  ADD COLUMN "client_name#en" text,
  ADD COLUMN "client_name#de" text,
  ADD COLUMN "client_name#es" text,
  ADD COLUMN "client_name#fr" text,
  ADD COLUMN "client_name#ja" text;
