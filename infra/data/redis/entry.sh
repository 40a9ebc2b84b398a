#!/bin/sh
# Starts one member of the cluster.
# Members know each other by address, and a pod has a new one after every start: when all start at once nobody is where
# the others look for it, and the cluster stays down for ever. So each, before it starts, looks up where they are now.
set -eu
: "${POD_NAME:?}" "${POD_IP:?}" "${REDIS_DOMAIN:?}" "${REDIS_CONFIG:?}" "${REDIS_DATA:?}"
: "${REDIS_PASSWORD_FILE:?}" "${REDIS_AUTH_CONFIG:?}" "${REDIS_RESOLVE_SECONDS:?}"

own_name=$POD_NAME.$REDIS_DOMAIN
nodes=$REDIS_DATA/nodes.conf
deadline=$(($(date +%s) + REDIS_RESOLVE_SECONDS))

address_of() {
  getent hosts "$1" | awk 'NR == 1 { print $1 }'
}

is_late() {
  [ "$(date +%s)" -ge "$deadline" ]
}

# Into a file on memory: an argument would be seen by every process.
umask 077
password=$(cat "$REDIS_PASSWORD_FILE")
printf 'requirepass %s\nmasterauth %s\n' "$password" "$password" >"$REDIS_AUTH_CONFIG"

if [ -s "$nodes" ]; then
  # Once our own new address is published, those of the members that started before us are too.
  until [ "$(address_of "$own_name")" = "$POD_IP" ]; do
    if is_late; then
      echo "entry: $own_name is not published as $POD_IP, going on" >&2
      break
    fi
    sleep 1
  done

  : >"$nodes.addresses"
  # A line is "id address:port@bus,hostname,… flags …"; the last one holds other things.
  awk '$2 ~ /@/ { split($2, part, ","); if (part[2] != "") print part[2] }' "$nodes" | sort -u |
    while read -r name; do
      until address=$(address_of "$name") && [ -n "$address" ]; do
        if is_late; then
          echo "entry: $name has no address, its old one stays" >&2
          break
        fi
        sleep 1
      done
      [ -z "$address" ] || echo "$name $address" >>"$nodes.addresses"
    done

  # Not NR == FNR: without any address the second file would be taken for the first.
  awk '
    FILENAME == ARGV[1] { address[$1] = $2; next }
    {
      split($2, part, ",")
      if (part[2] in address && match(part[1], /:[0-9]+@[0-9]+$/))
        $2 = address[part[2]] substr(part[1], RSTART) substr($2, length(part[1]) + 1)
      print
    }
  ' "$nodes.addresses" "$nodes" >"$nodes.new"
  rm "$nodes.addresses"
  # In one step: half a file would be a member without memory.
  mv "$nodes.new" "$nodes"
fi

exec redis-server "$REDIS_CONFIG" --cluster-announce-ip "$POD_IP" --cluster-announce-hostname "$own_name" "$@"
