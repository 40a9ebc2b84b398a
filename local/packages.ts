import { accessSync, constants, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lock } from "./cache.ts";
import { runCommand } from "./command.ts";

/** Debian asks this program before it starts a service; one that ends with 101 forbids it. */
const policy = "/usr/sbin/policy-rc.d";

/** Of the machine, like what it guards; gone with its next start. */
const lockFile = "/run/jobsprint-packages.lock";

// Seen by this call alone: the machine's own upgrades may start what they like meanwhile.
const quietly = `
mount -t tmpfs -o mode=755 tmpfs /mnt
printf '#!/bin/sh\\nexit 101\\n' > /mnt/policy; chmod 755 /mnt/policy
mount --bind /mnt/policy ${policy}
exec "$@"
`;

/** Where programs are looked for: the caller's PATH, and root's own folders, which `su` leaves out. */
export function searchPath(): string {
  return `${process.env["PATH"] ?? ""}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin`;
}

/** Whether the machine has this program, whoever brought it. */
export function hasProgram(name: string): boolean {
  return searchPath()
    .split(":")
    .filter(Boolean)
    .some((folder) => isExecutable(join(folder, name)));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Installs Debian packages on this machine and starts no service of theirs. Needs root. Fails rather than remove a
 * package that is there: Debian's runc, for one, would take the place of a Docker engine.
 */
export async function installPackages(names: readonly string[]): Promise<void> {
  const release = await lock(lockFile, "Debian packages");
  try {
    await withPolicyFile(() => install(names));
  } finally {
    await release();
  }
}

async function withPolicyFile(task: () => Promise<void>): Promise<void> {
  const size = (): number | undefined => statSync(policy, { throwIfNoEntry: false })?.size;
  // Something to mount on: an empty file that cannot be executed says nothing to anybody, should it stay.
  if (size() === undefined) writeFileSync(policy, "", { mode: 0o644 });
  try {
    await task();
  } finally {
    if (size() === 0) rmSync(policy);
  }
}

async function install(names: readonly string[]): Promise<void> {
  // Nor may Ubuntu's needrestart restart services that run.
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", NEEDRESTART_SUSPEND: "1" };
  // Another apt may run, such as the machine's own upgrades: wait for its lock.
  const options = ["-y", "-q", "--no-install-recommends", "--no-remove", "-o", "DPkg::Lock::Timeout=300"];
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
