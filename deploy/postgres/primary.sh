#!/bin/sh
# Runs once, when the primary is created: the server's role, which owns its database and nothing else, and that of the replica.
set -eu
# The passwords come from the environment and not from arguments, which every process of the machine can read.
psql -v ON_ERROR_STOP=1 --username postgres <<'SQL'
\getenv password DATABASE_PASSWORD
\getenv replication REPLICATION_PASSWORD
CREATE ROLE vcauth LOGIN PASSWORD :'password';
CREATE DATABASE vcauth OWNER vcauth;
REVOKE ALL ON DATABASE vcauth FROM PUBLIC;
CREATE ROLE replicator LOGIN REPLICATION PASSWORD :'replication';
-- The primary keeps what the replica has not read yet, up to max_slot_wal_keep_size.
SELECT pg_create_physical_replication_slot('replica') \g /dev/null
SQL
echo 'host replication replicator all scram-sha-256' >> "$PGDATA/pg_hba.conf"
