import { nodeInterface, type ClusterNetwork } from "./network.ts";
import type { ClusterCgroup } from "./cgroup.ts";

// What the kubelet wants of the kernel is shown to it as set already: these belong to the whole machine.
const tunables = {
  "vm/overcommit_memory": 1,
  "vm/panic_on_oom": 0,
  "kernel/panic": 10,
  "kernel/panic_on_oops": 1,
  "kernel/keys/root_maxkeys": 1_000_000,
  "kernel/keys/root_maxbytes": 25_000_000,
};

// First process of its namespaces. It stays as a shell, which collects the children that nobody waits for.
const enter = `
node_address=$1; shift
mount -t proc proc /proc
# The interfaces below /sys are those of the namespace that mounts it.
mount -t tmpfs -o mode=755 tmpfs /mnt
mkdir /mnt/cgroup
mount --rbind /sys/fs/cgroup /mnt/cgroup
mount -t sysfs sysfs /sys
mount --rbind /mnt/cgroup /sys/fs/cgroup
umount --recursive --lazy /mnt
# Sockets, locks, names of network namespaces and links to logs, all at paths that programs do not let us choose.
mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs -o mode=755 tmpfs /var/log
mkdir /run/lock
# What network plugins note and where the kubelet looks for devices: the machine may have both for a cluster of its own.
# All else below /var/lib stays, without a new folder there to mount on.
mount -t tmpfs -o mode=755 tmpfs /mnt
mkdir /mnt/lib
mount --rbind /var/lib /mnt/lib
mount -t tmpfs -o mode=755 tmpfs /var/lib
for path in /mnt/lib/*; do
  here=/var/lib/\${path##*/}
  case $here in /var/lib/cni | /var/lib/kubelet) continue ;; esac
  if [ -L "$path" ] || [ ! -d "$path" ]; then cp -a "$path" "$here"; else mkdir "$here"; mount --rbind "$path" "$here"; fi
done
umount --recursive --lazy /mnt
while [ "$1" != -- ]; do
  file=/run/tunables/$1; mkdir -p "\${file%/*}"; echo "$2" > "$file"; mount --bind "$file" "/proc/sys/$1"; shift 2
done
shift
tries=0
until ip link show ${nodeInterface} >/dev/null 2>&1; do
  tries=$((tries + 1)); [ $tries -lt 200 ] || { echo "no cable into the network namespace after 10 s" >&2; exit 1; }
  sleep 0.05
done
ip link set lo up
ip address add "$node_address/30" dev ${nodeInterface}
ip link set ${nodeInterface} up
# Service addresses are translated on their way, which needs a route; what is not translated ends here.
ip link add outside type bridge
ip link set outside up
ip route add default dev outside src "$node_address"
echo 1 > /proc/sys/net/ipv4/ip_forward
"$@" & child=$!
wait "$child"
`;

// Joins the control group before anything else, so that all that follows is in it.
const join = 'echo 0 > "$1"; shift; exec "$@"';

/**
 * Command line that runs a program in network, mount and process namespaces of its own. The process is the one to kill:
 * everything inside dies with it, and the kernel removes mounts, interfaces, routes and rules.
 */
export function inNamespaces(
  network: ClusterNetwork,
  cgroup: ClusterCgroup,
  command: readonly string[],
): { command: string; args: string[] } {
  const unshare = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child=SIGKILL"];
  const values = Object.entries(tunables).flatMap(([name, value]) => [name, String(value)]);
  const inside = ["sh", "-ec", enter, "sh", network.nodeAddress, ...values, "--", ...command];
  return { command: "sh", args: ["-ec", join, "sh", cgroup.joinFile, ...unshare, ...inside] };
}
