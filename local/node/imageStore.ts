import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { cached, forgetUnused } from "../cache.ts";
import { runCommand } from "../command.ts";
import type { ImageArchive } from "../images/images.ts";
import { builtFolder } from "../paths.ts";
import { containerdConfiguration } from "./containerd.ts";

const name = "node-images";
/** An image that was replaced is of no use: its store is removed this long after its last use. */
const keptHours = 1;

/** File of a store that lists what was asked for. */
const list = "images.json";

/** What of containerd's root holds images: all else it makes anew. */
const parts = [
  "io.containerd.content.v1.content",
  "io.containerd.metadata.v1.bolt",
  "io.containerd.snapshotter.v1.overlayfs",
];
/** These are written in place: a link would change the original. */
const databases = [`${parts[1]}/meta.db`, `${parts[2]}/metadata.db`];

// A containerd that sees to the images and goes again, in a /run of its own.
const load = `
mount -t tmpfs -o mode=755 tmpfs /run
configuration=$1; shift
containerd --config "$configuration" > "$configuration.log" 2>&1 & daemon=$!
client="ctr --connect-timeout 2s --namespace k8s.io"
tries=0
until $client version >/dev/null 2>&1; do
  tries=$((tries + 1)); [ $tries -lt 200 ] || { tail -n 20 "$configuration.log"; exit 1; }
  sleep 0.1
done
wanted=$1; shift
for archive; do $client images import "$archive"; done
# What was replaced or is not wanted any more came along from the last store.
for image in $($client images ls -q); do
  case " $wanted " in *" $image "*) ;; *) $client images rm --sync "$image" ;; esac
done
kill $daemon
wait $daemon || true
rm -f "$configuration" "$configuration.log"
`;

/**
 * Folder of a containerd root that holds these images unpacked, made once for each set of them. Nobody may run on it:
 * see `copyImageStore`. Only archives with an image that the last store lacks are read.
 */
export async function imageStore(images: readonly ImageArchive[]): Promise<string> {
  const wanted = images.map(keyOf).sort();
  const version = createHash("sha256").update(JSON.stringify(wanted)).digest("hex").slice(0, 12);
  const folder = await cached(name, version, async (root, report) => {
    const last = newestStore();
    if (last !== undefined) await copyImageStore(last, root);
    const there = new Set(last === undefined ? [] : contentOf(last));
    report("unpacking images");
    const archives = new Set(images.filter((one) => !there.has(keyOf(one))).map(({ archive }) => archive));
    const references = images.map(({ reference }) => reference);
    await unpack(root, references, [...archives]);
    writeFileSync(join(root, list), JSON.stringify(wanted));
  });
  await forgetUnused(name, version, keptHours);
  return folder;
}

const keyOf = ({ reference, digest }: ImageArchive): string => `${reference}@${digest}`;

function contentOf(store: string): string[] {
  return JSON.parse(readFileSync(join(store, list), "utf8")) as string[];
}

async function unpack(root: string, references: readonly string[], archives: readonly string[]): Promise<void> {
  const configuration = join(root, "containerd.toml");
  // Without Kubernetes' part, which would give each image a second name that keeps it for ever.
  const disabled = '\ndisabled_plugins = ["io.containerd.grpc.v1.cri", ';
  const text = containerdConfiguration({ folder: root, root, pauseImage: "none" });
  writeFileSync(configuration, text.replace("\ndisabled_plugins = [", disabled));
  const isolated = ["--mount", "--pid", "--fork", "--kill-child=SIGKILL", "--mount-proc"];
  await runCommand("unshare", [...isolated, "sh", "-ec", load, "sh", configuration, references.join(" "), ...archives]);
}

/** The store that was used last; its version is the hash of what is in it. */
function newestStore(): string | undefined {
  const folder = join(builtFolder, name);
  const stores = readdirSync(folder).filter((entry) => /^[0-9a-f]{12}$/.test(entry));
  const newestFirst = stores
    .map((entry) => join(folder, entry))
    .filter((store) => existsSync(join(store, list)))
    .sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs);
  return newestFirst[0];
}

/** Gives a containerd of its own what is in the store. Files are linked: nothing ever writes into a layer. */
export async function copyImageStore(store: string, root: string): Promise<void> {
  for (const part of parts.filter((one) => existsSync(join(store, one)))) {
    mkdirSync(dirname(join(root, part)), { recursive: true });
    await runCommand("cp", ["--archive", "--link", join(store, part), join(root, part)]);
  }
  for (const database of databases.filter((one) => existsSync(join(store, one)))) {
    rmSync(join(root, database));
    copyFileSync(join(store, database), join(root, database));
  }
}
