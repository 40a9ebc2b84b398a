import { readFileSync } from "node:fs";
import { chown, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../command.ts";
import { startProcess, type ManagedProcess } from "../process.ts";
import { temporaryFolder } from "../run.ts";
import { serverRootfs } from "./rootfs.ts";

/** A program of the root file system and what it sees there. */
export interface ServerCommand {
  /** A user of the root file system; servers refuse to run as root or should not. */
  user: string;
  /** The server's own folder, which it sees as /srv, the only place it can write to but /tmp and /run. */
  folder: string;
  /** Program and arguments; paths are those inside the root file system. */
  command: readonly string[];
  /** Besides PATH, LC_ALL and HOME: nothing of our own environment is passed on. */
  env?: Readonly<Record<string, string>>;
}

// The mounts live in the process's own mount namespace: they vanish with it, and two runs cannot meet.
// Private propagation, or the host would see the mounts too and could not let go of the root file system.
// The root file system is read-only, so no server can spoil it for the next.
const enter = `
root=$1; folder=$2; user=$3; shift 3
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount --bind /proc "$root/proc"
mount --bind /dev "$root/dev"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount -t tmpfs -o mode=1777 tmpfs "$root/run"
mount --bind "$folder" "$root/srv"
cd /
exec chroot --userspec="$user:$user" "$root" setpriv --pdeathsig KILL -- "$@"
`;

async function commandLine(options: ServerCommand): Promise<{ args: string[]; env: NodeJS.ProcessEnv }> {
  const { user, folder, command, env } = options;
  const root = await serverRootfs();
  // Positions, not text, carry paths and arguments into the shell: nothing in them can be taken for a command.
  return {
    args: ["--mount", "--propagation", "private", "sh", "-ec", enter, "sh", root, folder, user, ...command],
    // C.UTF-8 is the only UTF-8 locale there is; HOME is where Erlang looks for its cookie.
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C.UTF-8", HOME: "/srv", ...env },
  };
}

/** Starts a server inside the root file system. Its pid is the server's own: every step before replaces itself. */
export async function startInRootfs(
  options: ServerCommand & { name: string; stopSignal?: NodeJS.Signals },
): Promise<ManagedProcess> {
  const { name, folder, stopSignal } = options;
  const { args, env } = await commandLine(options);
  return startProcess({
    name,
    command: "unshare",
    args,
    env,
    folder,
    ...(stopSignal === undefined ? {} : { stopSignal }),
  });
}

/** Runs a tool of the root file system to its end; returns its standard output. */
export async function runInRootfs(options: ServerCommand, timeoutSeconds = 60): Promise<string> {
  const { args, env } = await commandLine(options);
  return runCommand("unshare", args, { env, timeoutSeconds });
}

/** A new folder for one server, owned by its user, with the files given; all readable by that user alone. */
export async function serverFolder(
  name: string,
  user: string,
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { uid, gid } = userIds(await serverRootfs(), user);
  const folder = temporaryFolder(name);
  for (const [path, text] of Object.entries(files)) {
    // 0400 pleases the strictest reader: Erlang refuses a cookie that others may read or that is executable.
    await writeFile(join(folder, path), text, { mode: 0o400 });
    await chown(join(folder, path), uid, gid);
  }
  await mkdir(folder, { recursive: true });
  await chown(folder, uid, gid);
  return folder;
}

/** Numbers of a user as the root file system knows it; the host may use the same numbers for others. */
function userIds(root: string, user: string): { uid: number; gid: number } {
  const line = readFileSync(join(root, "etc/passwd"), "utf8")
    .split("\n")
    .find((one) => one.startsWith(`${user}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  if (uid === undefined || gid === undefined) throw new Error(`the root file system has no user ${user}`);
  return { uid: Number(uid), gid: Number(gid) };
}
