import { accessSync, constants } from "node:fs";
import { hasProgram } from "../packages.ts";
import { whyNoCgroups } from "./cgroup.ts";

/** Why no real cluster can run on this machine; undefined when one can. Quick, and changes nothing. */
export function cannotRunClusters(): string | undefined {
  if (process.platform !== "linux") return "it needs Linux";
  if (process.getuid?.() !== 0) return "it needs root";
  if (!hasProgram("containerd") && !hasProgram("apt-get")) return "neither containerd nor apt is there";
  try {
    accessSync("/proc/sys/net/ipv4/ip_forward", constants.W_OK);
  } catch {
    return "/proc/sys cannot be written: a container must be a privileged one";
  }
  return whyNoCgroups();
}

/** Throws one clear sentence where no cluster can run: before a quarter of an hour of builds, not after it. */
export function requireClusters(): void {
  const reason = cannotRunClusters();
  if (reason !== undefined) throw new Error(`no cluster can run on this machine: ${reason}`);
}
