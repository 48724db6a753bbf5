#!/bin/bash
# Takes a copy of the primary the first time, and then follows it.
set -euo pipefail
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  PGPASSWORD=$REPLICATION_PASSWORD pg_basebackup --pgdata "$PGDATA" --write-recovery-conf --checkpoint fast \
    --host "$PRIMARY" --port "${PRIMARY_PORT:-5432}" --username replicator
fi
exec "$@" -D "$PGDATA"
