import { createHash } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../command.ts";
import type { ImageRecipe, Layer } from "./imageRecipe.ts";
import { writeLayer, type Blob } from "./layerFile.ts";

/** What is known of an image once it stands in an archive. */
export interface WrittenImage {
  readonly reference: string;
  /** Of its manifest: "sha256:…". */
  readonly digest: string;
  /** Of its layers together, those that it shares with others included. */
  readonly sizeBytes: number;
}

interface Descriptor extends Blob {
  readonly mediaType: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

const mediaType = {
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
} as const;

/** Node's names of processors → Go's, which images use. */
const architectures: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/**
 * Writes all images into one tar file, an OCI image layout with each layer once, and returns them. The same recipes
 * and files give the same bytes. `root` is the Debian root file system; the folder of the file is written to.
 */
export async function writeImageArchive(
  recipes: readonly ImageRecipe[],
  root: string,
  archive: string,
): Promise<WrittenImage[]> {
  const layout = `${archive}.layout`;
  const blobs = join(layout, "blobs", "sha256");
  await mkdir(blobs, { recursive: true });
  const layers = await writeLayers(recipes, root, blobs);
  const images = [];
  for (const recipe of recipes) images.push(await writeImage(recipe, layers, blobs));
  await writeFile(join(layout, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  const index = { schemaVersion: 2, manifests: images.map(({ manifest }) => manifest) };
  await writeFile(join(layout, "index.json"), JSON.stringify(index));
  const stable = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--mode=u=rwX,go=rX"];
  await runCommand("tar", [...stable, "--create", "--file", archive, "--directory", layout, "."]);
  await rm(layout, { recursive: true });
  return images.map(({ reference, manifest: { digest }, sizeBytes }) => ({ reference, digest, sizeBytes }));
}

/** Every layer once, however many images stand on it; by name. */
async function writeLayers(
  recipes: readonly ImageRecipe[],
  root: string,
  blobs: string,
): Promise<ReadonlyMap<string, Descriptor>> {
  const layers = new Map<string, Layer>(recipes.flatMap((one) => one.layers.map((layer) => [layer.name, layer])));
  const written = new Map<string, Descriptor>();
  for (const [name, layer] of layers) {
    const file = join(blobs, "new");
    const blob = await writeLayer(layer, root, file);
    await rename(file, pathOf(blob, blobs));
    written.set(name, { mediaType: mediaType.layer, ...blob });
  }
  return written;
}

async function writeImage(
  { reference, layers, config }: ImageRecipe,
  written: ReadonlyMap<string, Descriptor>,
  blobs: string,
): Promise<{ reference: string; manifest: Descriptor; sizeBytes: number }> {
  const descriptors = layers.map(({ name }) => written.get(name)).filter((one) => one !== undefined);
  const configuration = {
    architecture: architectures[process.arch] ?? process.arch,
    os: "linux",
    config,
    // Uncompressed: what is unpacked is what is stored.
    rootfs: { type: "layers", diff_ids: descriptors.map(({ digest }) => digest) },
  };
  const content = {
    schemaVersion: 2,
    mediaType: mediaType.manifest,
    config: { mediaType: mediaType.config, ...(await writeJson(configuration, blobs)) },
    layers: descriptors,
  };
  // The first is containerd's, the second everybody else's.
  const names = { "io.containerd.image.name": reference, "org.opencontainers.image.ref.name": reference };
  const manifest = { mediaType: mediaType.manifest, ...(await writeJson(content, blobs)), annotations: names };
  return { reference, manifest, sizeBytes: descriptors.reduce((sum, { size }) => sum + size, 0) };
}

async function writeJson(value: unknown, blobs: string): Promise<Blob> {
  const text = JSON.stringify(value);
  const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
  const blob = { digest, size: Buffer.byteLength(text) };
  await writeFile(pathOf(blob, blobs), text);
  return blob;
}

const pathOf = ({ digest }: Blob, blobs: string): string => join(blobs, digest.replace("sha256:", ""));
