import { constants } from "node:fs";
import { access, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UserError } from "../userError.ts";

/** Rejects with a UserError that names the file and the system's code. */
export async function readText(file: string): Promise<string> {
  return orUserError(`cannot read ${file}`, () => readFile(file, "utf8"));
}

/** Makes a folder; rejects with a UserError when it cannot be written to. Before a run, which would be lost. */
export async function checkFolder(folder: string): Promise<void> {
  await orUserError(`cannot write to ${folder}`, async () => {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  });
}

/** Makes the file's folder; rejects with a UserError when the file cannot be written. */
export async function checkFile(file: string): Promise<void> {
  await checkFolder(dirname(file));
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory() === true) throw new UserError(`cannot write ${file}: it is a folder`);
  if (found !== undefined) await orUserError(`cannot write ${file}`, () => access(file, constants.W_OK));
}

/** Writes files into a folder, which is made; resolves to their paths. Rejects with a UserError. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<string[]> {
  await checkFolder(folder);
  const paths = Object.entries(files).map(([name, text]) => ({ path: join(folder, name), text }));
  for (const { path, text } of paths) await orUserError(`cannot write ${path}`, () => writeFile(path, text));
  return paths.map(({ path }) => path);
}

async function orUserError<T>(what: string, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    throw new UserError(`${what}: ${(error as NodeJS.ErrnoException).code ?? "unknown error"}`);
  }
}
