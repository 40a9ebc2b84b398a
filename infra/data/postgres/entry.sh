#!/bin/sh
# Starts the primary, pod 0, or a replica that streams from it; what a pod lacks it makes at its first start.
set -eu
: "${POD_NAME:?}" "${POSTGRES_PRIMARY:?}" "${POSTGRES_DATA:?}" "${POSTGRES_CONFIG:?}" "${POSTGRES_DATABASE:?}"
: "${POSTGRES_PASSWORD_FILE:?}" "${POSTGRES_PASSFILE:?}" "${POSTGRES_CA_FILE:?}"

# Debian's packages and the official image alike keep the server's programs there.
PATH=/usr/lib/postgresql/17/bin:$PATH
umask 077

# Into a file on memory: an argument would be seen by every process.
printf '*:*:*:postgres:%s\n' "$(cat "$POSTGRES_PASSWORD_FILE")" >"$POSTGRES_PASSFILE"

if [ ! -s "$POSTGRES_DATA/PG_VERSION" ]; then
  # Beside it, and renamed at the end: a start that was cut off leaves nothing that looks complete.
  new=$POSTGRES_DATA.new
  rm -rf "$new"
  if [ "${POD_NAME##*-}" = 0 ]; then
    initdb -D "$new" -U postgres --auth=scram-sha-256 --pwfile="$POSTGRES_PASSWORD_FILE" \
      -E UTF8 --locale=C.UTF-8 --data-checksums
    echo "CREATE DATABASE $POSTGRES_DATABASE" | postgres --single -D "$new" postgres
  else
    # The slot keeps what the replica has not read yet; it stays when the replica starts again.
    slot=$(echo "$POD_NAME" | tr - _)
    source="host=$POSTGRES_PRIMARY port=${POSTGRES_PRIMARY_PORT:-5432} user=postgres passfile=$POSTGRES_PASSFILE"
    source="$source sslmode=verify-full sslrootcert=$POSTGRES_CA_FILE"
    pg_receivewal --create-slot --if-not-exists -S "$slot" -d "$source"
    # -R writes into the copy where its primary is, and that it is a replica.
    pg_basebackup -D "$new" -R -X stream -c fast -S "$slot" -d "$source"
  fi
  mv "$new" "$POSTGRES_DATA"
fi

exec postgres -D "$POSTGRES_DATA" -c config_file="$POSTGRES_CONFIG" "$@"
