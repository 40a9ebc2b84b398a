import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runCommand } from "../command.ts";
import type { Layer, OwnFile } from "./imageRecipe.ts";

/** A file that goes by its content. */
export interface Blob {
  /** "sha256:…". */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

/** The same bytes from run to run and from machine to machine: no times, no names of users, root's alone. */
const stable = ["--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--format=gnu", "--no-recursion"];

/** Writes the layer as a tar file, uncompressed: it never leaves the machine, and unpacks fastest so. */
export async function writeLayer(layer: Layer, root: string, file: string): Promise<Blob> {
  const { debian = [], own = {} } = layer;
  // Never with the rights of root for another user: no program of a pod may gain any.
  const fromDebian = [...stable, "--mode=ug-s", "--create", "--file", file, "--directory", root];
  await tar(fromDebian, debian);
  if (Object.keys(own).length > 0) {
    const folder = `${file}.own`;
    const paths = await layOut(own, folder);
    // Whatever their rights are here, where a mask may have cut them.
    await tar([...stable, "--mode=u=rwX,go=rX", "--append", "--file", file, "--directory", folder], paths);
    await rm(folder, { recursive: true });
  }
  return { digest: await digestOf(file), size: (await stat(file)).size };
}

/** SHA-256 of a file's content, as images write it. */
export async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 })) hash.update(chunk as Buffer);
  return `sha256:${hash.digest("hex")}`;
}

/** The names go through standard input, with an end that no name can hold. */
const tar = async (args: readonly string[], names: readonly string[]): Promise<void> => {
  await runCommand("tar", [...args, "--null", "--verbatim-files-from", "--files-from=-"], {
    input: names.map((name) => `${name}\0`).join(""),
  });
};

/** Returns the files' paths and those of the folders above them, each once and sorted. */
async function layOut(own: Readonly<Record<string, OwnFile>>, folder: string): Promise<string[]> {
  const paths = new Set<string>();
  for (const [path, file] of Object.entries(own)) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await ("text" in file ? writeFile(target, file.text) : copyFile(file.from, target));
    for (let one = path; one !== "."; one = dirname(one)) paths.add(one);
  }
  return [...paths].sort();
}
