/** All images of the local stack and of its cluster, built on this machine without a registry and without a daemon. */
import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached, forgetUnused } from "../cache.ts";
import { binary } from "../kubernetes/binaries.ts";
import { serverRootfs } from "../servers/rootfs.ts";
import { addonPrograms, clusterRecipes } from "./clusterImages.ts";
import type { Debian } from "./debianFiles.ts";
import { parseStatus, readStatus } from "./debianPackages.ts";
import { writeImageArchive, type WrittenImage } from "./imageArchive.ts";
import type { ImageRecipe } from "./imageRecipe.ts";
import { programRecipes, programSources } from "./programImages.ts";
import { stackReferences } from "./references.ts";
import { serverRecipes } from "./serverImages.ts";

/** An image in an archive; several may share one. */
export interface ImageArchive extends WrittenImage {
  /** Path of the tar file, an OCI image layout. */
  readonly archive: string;
}

/** Images that change together, in one archive: a changed source of ours leaves the servers' as it is. */
interface Group {
  readonly name: string;
  /** All that decides what is inside, besides the code here. */
  readonly inputs: readonly string[];
  /** May write into the folder what the images then hold. */
  readonly recipes: (folder: string) => Promise<ImageRecipe[]> | ImageRecipe[];
}

/** An image is loaded within minutes of its building: an hour after its last use an older archive is removed. */
const keptHours = 1;

/** Builds what has changed since the last time: seconds when all is new, well under one when nothing is. Needs root. */
export async function buildImages(): Promise<readonly ImageArchive[]> {
  const root = await serverRootfs();
  const status = readStatus(root);
  const debian: Debian = { root, packages: parseStatus(status) };
  const references = stackReferences();
  const asked = JSON.stringify(references);
  const addons: string[] = [];
  // One after the other: each Go build already uses all cores.
  for (const program of addonPrograms) addons.push(await binary(program));
  const groups: readonly Group[] = [
    { name: "cluster", inputs: [status, ...addons], recipes: () => clusterRecipes(debian) },
    { name: "servers", inputs: [status, asked], recipes: () => serverRecipes(debian, references) },
    {
      name: "programs",
      inputs: [status, asked, process.version, process.arch, ...programSources()],
      recipes: (folder) => programRecipes(debian, references, folder),
    },
  ];
  const images = [];
  for (const group of groups) images.push(...(await buildGroup(group, root)));
  return images;
}

async function buildGroup({ name, inputs, recipes }: Group, root: string): Promise<ImageArchive[]> {
  // A change of how images are made makes new ones too.
  const code = globSync(join(import.meta.dirname, "*.ts"))
    .sort()
    .map(contentOf);
  const version = createHash("sha256")
    .update(JSON.stringify([code, inputs]))
    .digest("hex")
    .slice(0, 12);
  const build = `images-${name}`;
  const folder = await cached(build, version, async (target, report) => {
    const work = join(target, "work");
    await mkdir(work);
    report("gathering what is inside");
    const all = await recipes(work);
    report(`packing ${all.map(({ reference }) => reference.replace(/^.*\//, "")).join(", ")}`);
    const written = await writeImageArchive(all, root, join(target, "images.tar"));
    await writeFile(join(target, "images.json"), JSON.stringify(written));
    await rm(work, { recursive: true });
  });
  await forgetUnused(build, version, keptHours);
  const written = JSON.parse(contentOf(join(folder, "images.json"))) as WrittenImage[];
  return written.map((image) => ({ ...image, archive: join(folder, "images.tar") }));
}

const contentOf = (file: string): string => readFileSync(file, "utf8");
