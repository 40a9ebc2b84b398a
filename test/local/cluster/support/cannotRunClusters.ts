import { accessSync, constants, existsSync } from "node:fs";

/** Why no real cluster can run on this machine; undefined when one can. */
export function cannotRunClusters(): string | undefined {
  if (process.getuid?.() !== 0) return "it needs root";
  if (!existsSync("/usr/bin/apt-get") && !existsSync("/usr/bin/containerd"))
    return "neither containerd nor apt is there";
  try {
    accessSync("/sys/fs/cgroup", constants.R_OK);
    if (!existsSync("/sys/fs/cgroup/memory") && !existsSync("/sys/fs/cgroup/cgroup.controllers"))
      return "no control groups are mounted below /sys/fs/cgroup";
    accessSync("/proc/sys/net/ipv4/ip_forward", constants.W_OK);
  } catch (error) {
    return String(error);
  }
  return undefined;
}
