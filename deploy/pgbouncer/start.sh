#!/bin/sh
# Writes the password where PgBouncer reads it, and becomes PgBouncer.
set -eu
RUN=${RUN:-/run/pgbouncer}
umask 077
printf '"vcauth" "%s"\n' "$DATABASE_PASSWORD" > "$RUN/users.txt"
exec pgbouncer "${CONFIG:-/etc/pgbouncer/pgbouncer.ini}"
