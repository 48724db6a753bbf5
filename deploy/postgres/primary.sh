#!/bin/sh
# Runs once, when the primary is created: the server's role, which owns its database and nothing else, and that of the replica.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$DATABASE_PASSWORD" -v replication="$REPLICATION_PASSWORD" --username postgres <<'SQL'
CREATE ROLE vcauth LOGIN PASSWORD :'password';
CREATE DATABASE vcauth OWNER vcauth;
REVOKE ALL ON DATABASE vcauth FROM PUBLIC;
CREATE ROLE replicator LOGIN REPLICATION PASSWORD :'replication';
SQL
echo 'host replication replicator all scram-sha-256' >> "$PGDATA/pg_hba.conf"
