import { existsSync } from "node:fs";
import { runCommand } from "../command.ts";
import { installPackages } from "../packages.ts";
import { say } from "../progress.ts";
import { requireRoot } from "../servers/rootfs.ts";

/** Program → Debian package that brings it. */
const needed: Readonly<Record<string, string>> = {
  "/usr/bin/containerd": "containerd",
  "/usr/sbin/runc": "runc",
  "/usr/lib/cni/bridge": "containernetworking-plugins",
  "/usr/sbin/iptables": "iptables",
  "/usr/sbin/nft": "nftables",
  "/usr/sbin/conntrack": "conntrack",
  "/usr/sbin/ipset": "ipset",
  "/usr/sbin/ip": "iproute2",
};

/** Where Debian's CNI plugins are. */
export const cniFolder = "/usr/lib/cni";

/** Installs what a node needs of Debian and this machine lacks; none of it is started as a service of the machine. */
export async function installNodePackages(): Promise<void> {
  requireRoot();
  const missing = Object.entries(needed).flatMap(([file, name]) => (existsSync(file) ? [] : [name]));
  if (missing.length === 0) return;
  say(`installing the packages ${missing.join(", ")}`);
  await installPackages(missing);
  // Nor at the next start of the machine; where there is no systemd there is nothing to switch off.
  if (missing.includes("containerd")) await runCommand("systemctl", ["disable", "containerd"]).catch(() => undefined);
}
