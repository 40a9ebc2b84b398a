import { existsSync, rmSync, statSync, writeFileSync } from "node:fs";
import { runCommand } from "./command.ts";

/** Debian asks this program before it starts a service; one that ends with 101 forbids it. */
const policy = "/usr/sbin/policy-rc.d";

// Seen by this call alone: the machine's own upgrades may start what they like meanwhile.
const quietly = `
mount -t tmpfs -o mode=755 tmpfs /mnt
printf '#!/bin/sh\\nexit 101\\n' > /mnt/policy; chmod 755 /mnt/policy
mount --bind /mnt/policy ${policy}
exec "$@"
`;

/** Installs Debian packages on this machine and starts no service of theirs. Needs root. */
export async function installPackages(names: readonly string[]): Promise<void> {
  // Something to mount on: an empty file that cannot be executed says nothing to anybody, should it stay.
  if (!existsSync(policy)) writeFileSync(policy, "", { mode: 0o644 });
  try {
    await install(names);
  } finally {
    if (statSync(policy).size === 0) rmSync(policy);
  }
}

async function install(names: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  // Another apt may run, such as the machine's own upgrades: wait for its lock.
  const options = ["-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"];
  const command = ["apt-get", "install", ...options, ...names];
  const attempt = (): Promise<string> =>
    runCommand("unshare", ["--mount", "sh", "-ec", quietly, "sh", ...command], { env });
  try {
    await attempt();
  } catch {
    // A fresh machine has no package lists yet.
    await runCommand("apt-get", ["update", "-q"], { env });
    await attempt();
  }
}
