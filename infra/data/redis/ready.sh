#!/bin/sh
# Ready once the data is loaded and, on a replica, in step with its master: an update stops the next member only then.
set -eu
: "${REDIS_PASSWORD_FILE:?}" "${REDIS_CA_FILE:?}" "${REDIS_PORT:?}"

REDISCLI_AUTH=$(cat "$REDIS_PASSWORD_FILE")
export REDISCLI_AUTH

ask() {
  redis-cli --tls --cacert "$REDIS_CA_FILE" -h "${REDIS_HOST:-127.0.0.1}" -p "$REDIS_PORT" "$@"
}

[ "$(ask ping)" = PONG ]
case $(ask info replication) in
*role:master* | *master_link_status:up*) ;;
*) exit 1 ;;
esac
