#!/bin/bash
# Takes a copy of the primary the first time, and then follows it. The copy is made beside and moved when it is whole, so that one that breaks off
# is made again. Following holds a slot: the primary keeps what the replica has not read, up to max_slot_wal_keep_size. A replica that was away for
# longer says so in its log; empty its volume, and it takes another copy.
set -euo pipefail
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  copy=$PGDATA.copy
  rm -rf "$copy"
  PGPASSWORD=$REPLICATION_PASSWORD pg_basebackup --pgdata "$copy" --write-recovery-conf --checkpoint fast --slot replica \
    --host "$PRIMARY" --port "${PRIMARY_PORT:-5432}" --username replicator
  # What an earlier start has left there is not a database.
  rm -rf "$PGDATA"
  mv "$copy" "$PGDATA"
fi
exec "$@" -D "$PGDATA"
