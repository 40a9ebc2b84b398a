import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runCommand } from "../../../../local/command.ts";
import type { ImageConfig } from "../../../../local/images/imageRecipe.ts";
import type { ImageArchive } from "../../../../local/images/images.ts";
import { startProcess, temporaryFolder, type ManagedProcess } from "../../../../local/process.ts";

interface Descriptor {
  readonly digest: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An image as a container runtime unpacks it. */
export interface ImageRoot {
  readonly root: string;
  readonly config: ImageConfig;
}

/** What a pod says beyond its image. */
export interface Pod {
  /** Folders that it may write to; all else is read-only. Empty at first. */
  readonly writable?: readonly string[];
  /** Files that it is given, by their path: each folder is a mount of its own. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** Unpacks the image from its archive, each layer over those before it. */
export async function unpackImage({ reference, archive }: ImageArchive): Promise<ImageRoot> {
  const folder = temporaryFolder("image");
  const read = async (...paths: string[]): Promise<void> => {
    await runCommand("tar", ["--extract", "--file", archive, "--directory", folder, ...paths]);
  };
  const json = (path: string): unknown => JSON.parse(readFileSync(join(folder, path), "utf8"));
  const blob = ({ digest }: Descriptor): string => `./blobs/${digest.replace(":", "/")}`;
  await read("./index.json");
  const { manifests } = json("index.json") as { manifests: Descriptor[] };
  const manifest = manifests.find(({ annotations }) => annotations?.["io.containerd.image.name"] === reference)!;
  await read(blob(manifest));
  const { config, layers } = json(blob(manifest)) as { config: Descriptor; layers: Descriptor[] };
  await read(blob(config), ...new Set(layers.map(blob)));
  const root = join(folder, "root");
  mkdirSync(root, { mode: 0o755 });
  for (const layer of layers)
    await runCommand("tar", ["--extract", "--preserve-permissions", "--file", join(folder, blob(layer)), "-C", root]);
  return { root, config: (json(blob(config)) as { config: ImageConfig }).config };
}

// The mounts live in the process's own mount namespace and vanish with it.
const enter = `
root=$1; ids=$2; writable=$3; given=$4; shift 4
mount --bind "$root" "$root"
mkdir -p "$root/dev" "$root/etc" "$root/proc"
# As the kubelet gives it to every pod.
echo "127.0.0.1 localhost" > "$root/etc/hosts"
for folder in $given; do mkdir -p "$root$folder"; mount --bind "$root.given$folder" "$root$folder"; done
for folder in $writable; do mkdir -p "$root$folder"; mount -t tmpfs -o mode=770,uid=\${ids%:*},gid=\${ids#*:} tmpfs "$root$folder"; done
mount -o remount,bind,ro "$root"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
cd /
exec setpriv --no-new-privs chroot --userspec="$ids" --groups="\${ids#*:}" "$root" "$@"
`;

/** What a pod's container runs: its command in place of all that the image says, or its arguments after the entry point. */
function wordsOf({ config }: ImageRoot, command: readonly string[]): readonly string[] {
  const isCommand = command[0]?.startsWith("-") === false;
  if (isCommand) return command;
  return [...(config.Entrypoint ?? []), ...(command.length > 0 ? command : (config.Cmd ?? []))];
}

/** Puts a pod's files where the script mounts them from; returns their folders. */
function layOut({ root }: ImageRoot, { files = {} }: Pod): string[] {
  for (const [path, text] of Object.entries(files)) {
    const file = `${root}.given${path}`;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return [...new Set(Object.keys(files).map(dirname))];
}

/** The words for unshare. Without a network, and with an end of all processes at the first one's, if it is to be `alone`. */
function commandLine(image: ImageRoot, pod: Pod, command: readonly string[], alone: boolean): string[] {
  // --fork, since only a child enters the namespace of processes.
  const spaces = alone ? ["--net", "--pid", "--fork", "--kill-child"] : [];
  const script = alone ? `ip link set lo up\n${enter}` : enter;
  const places = [image.root, image.config.User, (pod.writable ?? []).join(" "), layOut(image, pod).join(" ")];
  const words = wordsOf(image, command);
  return ["--mount", "--propagation", "private", ...spaces, "sh", "-ec", script, "sh", ...places, ...words];
}

const environment = ({ config }: ImageRoot, { env = {} }: Pod): NodeJS.ProcessEnv => {
  const own = config.Env.map((one): [string, string] => [one.replace(/=.*/s, ""), one.replace(/^[^=]*=/, "")]);
  // The script above needs a path too, which an image of one program does not have.
  return { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", ...Object.fromEntries(own), HOME: "/", ...env };
};

/** Runs a command line in the image to its end, without a network; returns its standard output. Rejects when it fails. */
export async function runInPod(image: ImageRoot, pod: Pod, ...command: string[]): Promise<string> {
  const args = commandLine(image, pod, command, true);
  return runCommand("unshare", args, { env: environment(image, pod), timeoutSeconds: 120 });
}

/** Starts the image's own command line with these arguments on this machine's network. Its pid is the program's own. */
export function startInPod(name: string, image: ImageRoot, pod: Pod, ...args: string[]): ManagedProcess {
  const line = commandLine(image, pod, args, false);
  return startProcess({
    name,
    command: "unshare",
    args: line,
    env: environment(image, pod),
    folder: temporaryFolder(name),
  });
}
