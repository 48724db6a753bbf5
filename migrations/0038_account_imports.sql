-- Accounts that were brought along from another system. Advisory lock 7238 lets one batch of them through at a time.

CREATE TABLE account_imports (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- SHA-256 of the file: the same file goes on where it was interrupted.
  file_hash    bytea NOT NULL UNIQUE,
  file_name    text NOT NULL,
  -- Everything up to this line is done. It moves in the transaction that inserts the accounts of these lines.
  lines_done   bigint NOT NULL DEFAULT 0,
  imported     bigint NOT NULL DEFAULT 0,
  -- Reason → number of lines that were left out.
  left_out     jsonb NOT NULL DEFAULT '{}',
  -- Length of the report of these lines: what is longer belongs to a batch that was interrupted.
  report_bytes bigint NOT NULL DEFAULT 0,
  started_by   text NOT NULL,
  started_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at  timestamptz
);

CREATE TABLE imported_accounts (
  account_id  text PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
  import_id   bigint NOT NULL REFERENCES account_imports,
  line        bigint NOT NULL,
  -- The id of the person in the system that they come from.
  external_id text UNIQUE,
  -- A hash that no password has, and that takes as long to verify as the one the account came with. NULL if that was ours,
  -- or if there was none.
  decoy_hash  text
);
