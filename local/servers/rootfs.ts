import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "../cache.ts";
import { runCommand } from "../command.ts";
import { installPackages } from "../packages.ts";

/** The whole content: its hash is part of the version, so any change here builds anew. */
const recipe = {
  suite: "trixie",
  packages: [
    "rabbitmq-server",
    "redis-server",
    "redis-tools",
    "postgresql-17",
    "pgbouncer",
    "prometheus",
    // What only the images have: the exporters beside Redis and PgBouncer, and what a pod's sandbox runs.
    "prometheus-redis-exporter",
    "prometheus-pgbouncer-exporter",
    "catatonit",
    // For whoever looks inside a running one: ps and ss.
    "procps",
    "iproute2",
  ],
  // Compilers of PostgreSQL's JIT, second copies and papers: two thirds of the size, none of the function.
  removed: [
    "usr/bin/promtool",
    "usr/lib/x86_64-linux-gnu/libLLVM.so.19.1",
    "usr/lib/x86_64-linux-gnu/libz3.so.4",
    "usr/lib/postgresql/17/lib/bitcode",
    "usr/lib/postgresql/17/lib/llvmjit.so",
    "usr/share/doc",
    "usr/share/i18n",
    "usr/share/javascript",
    "usr/share/locale",
    "usr/share/man",
    "usr/share/perl",
    "usr/lib/python3.13",
    "var/cache/apt",
    "var/lib/apt/lists",
  ],
};
const version = `13-${createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 8)}`;

/** Debian's ordinary mirror, used when apt on this machine names no other. */
const defaultMirror = "http://deb.debian.org/debian";

/** Throws one clear sentence where chroot and mounts are not allowed. */
export function requireRoot(): void {
  if (process.getuid?.() !== 0) {
    throw new Error("The local servers need root, for chroot and mounts: run the command as root, e.g. with sudo.");
  }
}

/** Folder of a Debian 13 root file system with all servers, built on first use (about a minute). Never written to later. */
export async function serverRootfs(): Promise<string> {
  requireRoot();
  return cached("debian-servers", version, build);
}

async function build(root: string, report: (step: string) => void): Promise<void> {
  if (!existsSync("/usr/sbin/debootstrap")) {
    report("installing debootstrap");
    await installPackages(["debootstrap"]);
  }
  const env = await aptEnvironment();
  report("debootstrap");
  const mirror = await hostMirror();
  // ca-certificates, because the mirror may speak HTTPS.
  const bootstrap = ["--variant=minbase", "--include=ca-certificates", recipe.suite, root, mirror];
  await isolated(["debootstrap", ...bootstrap], env);
  report("configuring apt");
  await configure(root);
  report(`apt ${recipe.packages.join(" ")}`);
  const install = "apt-get update -q && apt-get install -y -q --no-install-recommends";
  // Some packages' scripts read /proc, which debootstrap does not leave mounted.
  const script = `mount -t proc proc "$1/proc" && exec chroot "$1" sh -ec '${install} ${recipe.packages.join(" ")}'`;
  await isolated(["sh", "-ec", script, "sh", root], env);
  report("removing what no server needs");
  await Promise.all(recipe.removed.map((path) => rm(join(root, path), { recursive: true, force: true })));
}

/** Runs in own mount and process namespaces: mounts vanish with it, and no child outlives it. */
async function isolated(command: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  await runCommand("unshare", ["--mount", "--pid", "--fork", "--kill-child=SIGKILL", "--mount-proc", ...command], {
    env,
  });
}

/** The mirror this machine's apt uses for Debian itself, so that a house mirror is used here too. */
async function hostMirror(): Promise<string> {
  const format = ["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Origin: Debian"];
  const uris = (await runCommand("apt-get", format).catch(() => "")).split("\n");
  // Not one for security updates alone: debootstrap needs the main archive.
  return uris.find((uri) => /^https?:\/\/.*\/debian\/?$/.test(uri)) ?? defaultMirror;
}

/** debootstrap knows no apt.conf: a proxy that is set there is passed on as an environment variable. */
async function aptEnvironment(): Promise<NodeJS.ProcessEnv> {
  const shell = ["shell", "http_proxy", "Acquire::http::Proxy", "https_proxy", "Acquire::https::Proxy"];
  const lines = (await runCommand("apt-config", shell).catch(() => "")).split("\n");
  const proxies = lines.flatMap((line) => {
    const [, name, value] = /^(\w+)='(.*)'$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  return { ...process.env, ...Object.fromEntries(proxies), DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C.UTF-8" };
}

async function configure(root: string): Promise<void> {
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(join(root, path, ".."), { recursive: true });
    await writeFile(join(root, path), text);
  };
  // 101 = "not allowed": no package may start its service while it is installed.
  await write("usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n");
  await chmod(join(root, "usr/sbin/policy-rc.d"), 0o755);
  await write("etc/dpkg/dpkg.cfg.d/slim", "path-exclude /usr/share/doc/*\npath-exclude /usr/share/man/*\n");
  // Debian's package makes and starts a database of its own otherwise.
  await write("etc/postgresql-common/createcluster.d/none.conf", "create_main_cluster = false\n");
  // Erlang's node names and many clients resolve localhost, for which there is no other source.
  await write("etc/hosts", "127.0.0.1 localhost\n");
  // apt inside resolves its mirror as this machine does.
  await copyFile("/etc/resolv.conf", join(root, "etc/resolv.conf"));
  const settings = (await runCommand("apt-config", ["dump"])).split("\n");
  // How this machine's apt reaches its mirror: proxies, certificates, time limits.
  const transport = settings.filter((line) => /^Acquire::(https?|Check-|Retries)/.test(line));
  await write("etc/apt/apt.conf.d/90host", `${transport.join("\n")}\n`);
}
