import { chmod, chown, copyFile, cp } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../command.ts";
import { startProcess, temporaryFolder, type ManagedProcess } from "../process.ts";
import { serverRootfs } from "../servers/rootfs.ts";

/** User and group of the image. */
export const imageUser = 65532;

/** The autoscaler's image without a builder: the same files and rights, in a root file system made for one process. */
export interface Image {
  /** Folder with the bundle, seen as /app, read-only. */
  readonly app: string;
  /** What the Pod mounts as /etc/autoscaler, read-only. */
  readonly config: string;
  /** The Pod's only place to write, seen as /data. */
  readonly data: string;
}

// Like the distroless base: C libraries, Node, nothing else, and nothing that can be written but /data.
// The mounts live in the process's own mount namespace and vanish with it.
const enter = `
libraries=$1; node=$2; root=$3; app=$4; config=$5; data=$6; shift 6
mount -t tmpfs -o mode=755 tmpfs "$root"
mkdir -p "$root/usr/lib" "$root/usr/lib64" "$root/nodejs/bin" "$root/app" "$root/etc/autoscaler" "$root/data" "$root/dev" "$root/proc"
ln -s usr/lib "$root/lib"; ln -s usr/lib64 "$root/lib64"
: > "$root/nodejs/bin/node"
read_only() { mount --bind "$1" "$2"; mount -o remount,bind,ro "$2"; }
read_only "$libraries/usr/lib" "$root/usr/lib"
read_only "$libraries/usr/lib64" "$root/usr/lib64"
read_only "$node" "$root/nodejs/bin/node"
read_only "$app" "$root/app"
read_only "$config" "$root/etc/autoscaler"
mount --bind /dev "$root/dev"
mount --bind /proc "$root/proc"
mount --bind "$data" "$root/data"
mount -o remount,ro "$root"
cd /
exec setpriv --no-new-privs chroot --userspec=${imageUser}:${imageUser} --groups=${imageUser} "$root" "$@"
`;

/** The Node that runs this very program stands in for the base image's. */
async function commandLine({ app, config, data }: Image, command: readonly string[]): Promise<string[]> {
  // An empty place to mount on; what is in it exists for the process alone.
  const root = temporaryFolder("image-root");
  // Positions, not text: no path can be taken for a command of the script.
  const places = [await serverRootfs(), process.execPath, root, app, config, data];
  return ["--mount", "--propagation", "private", "sh", "-ec", enter, "sh", ...places, ...command];
}

/** The environment of the image and nothing of ours. */
const environment = (more: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
  PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
  NODE_ENV: "production",
  ...more,
});

/** Runs a command line of the image to its end; returns its standard output. Rejects when it fails. */
export async function runInImage(image: Image, command: readonly string[], timeoutSeconds = 60): Promise<string> {
  return runCommand("unshare", await commandLine(image, command), { env: environment({}), timeoutSeconds });
}

/** Starts a command line of the image; its pid is the command's own. */
export async function startInImage(
  image: Image,
  command: readonly string[],
  // The folder is for the log alone: the process itself cannot see it.
  options: { env: Readonly<Record<string, string>>; folder: string },
): Promise<ManagedProcess> {
  const args = await commandLine(image, command);
  const { env, folder } = options;
  return startProcess({ name: "autoscaler", command: "unshare", args, env: environment(env), folder });
}

/** An image with the bundle of the folder and these files (name → source) mounted as its configuration. */
export async function createImage(app: string, files: Readonly<Record<string, string>>): Promise<Image> {
  const [copy, config, data] = [
    temporaryFolder("image-app"),
    temporaryFolder("image-config"),
    temporaryFolder("image-data"),
  ];
  // A copy, because owner and rights change below.
  await cp(app, copy, { recursive: true });
  // Owned by root and readable for all, as COPY leaves it.
  await chmod(copy, 0o755);
  for (const [name, source] of Object.entries(files)) await copyFile(source, join(config, name));
  // Files of credentials are readable by their owner alone, so the owner has to be the user of the image.
  const mounted = [config, data, ...Object.keys(files).map((name) => join(config, name))];
  await Promise.all(mounted.map((path) => chown(path, imageUser, imageUser)));
  return { app: copy, config, data };
}
