import { existsSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../command.ts";
import { hasProgram, installPackages } from "../packages.ts";
import { say } from "../progress.ts";
import { requireRoot } from "../servers/rootfs.ts";

/** Program → Debian package that brings it. A machine with a Docker engine has the first two from elsewhere. */
const needed: Readonly<Record<string, string>> = {
  containerd: "containerd",
  runc: "runc",
  iptables: "iptables",
  nft: "nftables",
  conntrack: "conntrack",
  ipset: "ipset",
  ip: "iproute2",
  openssl: "openssl",
};

/** Where Debian's CNI plugins are. */
export const cniFolder = "/usr/lib/cni";

/** The Debian packages whose programs the machine lacks. */
export function missingPackages(isThere: (program: string) => boolean): string[] {
  const missing = Object.entries(needed).flatMap(([program, name]) => (isThere(program) ? [] : [name]));
  return existsSync(join(cniFolder, "bridge")) ? missing : [...missing, "containernetworking-plugins"];
}

/** Installs what a node needs of Debian and this machine lacks; none of it is started as a service of the machine. */
export async function installNodePackages(): Promise<void> {
  requireRoot();
  const missing = missingPackages(hasProgram);
  if (missing.length === 0) return;
  say(`installing the packages ${missing.join(", ")}`);
  await installPackages(missing);
  // Nor at the next start of the machine; where there is no systemd there is nothing to switch off.
  if (missing.includes("containerd")) await runCommand("systemctl", ["disable", "containerd"]).catch(() => undefined);
}
