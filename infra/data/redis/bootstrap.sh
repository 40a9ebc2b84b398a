#!/bin/sh
# Forms the cluster once all members answer. Does nothing where it is formed, and refuses what it does not understand.
set -eu
: "${REDIS_SERVICE:?}" "${REDIS_DOMAIN:?}" "${REDIS_PORT:?}" "${REDIS_NODES:?}" "${REDIS_REPLICAS:?}"
: "${REDIS_PASSWORD_FILE:?}" "${REDIS_CA_FILE:?}"

# redis-cli reads the variable; an argument would be seen by every process.
REDISCLI_AUTH=$(cat "$REDIS_PASSWORD_FILE")
export REDISCLI_AUTH

address_of() {
  getent hosts "$1" | awk 'NR == 1 { print $1 }'
}

# ask ADDRESS:PORT COMMAND...
ask() {
  target=$1
  shift
  redis-cli --tls --cacert "$REDIS_CA_FILE" -h "${target%:*}" -p "${target##*:}" "$@"
}

# info ADDRESS:PORT FIELD
info() {
  ask "$1" cluster info | tr -d '\r' | awk -F : -v field="$2" '$1 == field { print $2 }'
}

# The members become our arguments: CLUSTER MEET takes addresses, no names.
set --
while [ $# -lt "$REDIS_NODES" ]; do
  name=$REDIS_SERVICE-$#.$REDIS_DOMAIN
  echo "waiting for $name"
  until address=$(address_of "$name") && [ -n "$address" ] &&
    [ "$(ask "$address:$REDIS_PORT" ping 2>&1)" = PONG ]; do
    sleep 1
  done
  set -- "$@" "$address:$REDIS_PORT"
done

known=$(info "$1" cluster_known_nodes)
assigned=$(info "$1" cluster_slots_assigned)
if [ "$known" = "$REDIS_NODES" ] && [ "$assigned" = 16384 ]; then
  echo "the cluster is formed: $known members, all slots assigned"
elif [ "$known" != 1 ] || [ "$assigned" != 0 ]; then
  echo "$REDIS_SERVICE-0 knows $known members and $assigned slots, wanted $REDIS_NODES and 16384:" \
    "add or repair members with redis-cli --cluster" >&2
  exit 1
elif [ "$REDIS_NODES" = 1 ]; then
  ask "$1" cluster addslotsrange 0 16383
else
  # It refuses where any member holds slots or keys already.
  redis-cli --tls --cacert "$REDIS_CA_FILE" --cluster create "$@" --cluster-replicas "$REDIS_REPLICAS" --cluster-yes
fi

for member in "$@"; do
  until [ "$(info "$member" cluster_state)" = ok ] && [ "$(info "$member" cluster_known_nodes)" = "$REDIS_NODES" ]; do
    sleep 1
  done
done
echo "all $REDIS_NODES members agree"
