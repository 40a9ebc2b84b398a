import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../userError.ts";

/** Rejects with a UserError that names the file and the system's code. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new UserError(`cannot read ${file}: ${(error as NodeJS.ErrnoException).code ?? "unknown error"}`);
  }
}

/** Writes files into a folder, which is made; resolves to their paths. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const paths = Object.entries(files).map(([name, text]) => ({ path: join(folder, name), text }));
  for (const { path, text } of paths) await writeFile(path, text);
  return paths.map(({ path }) => path);
}
