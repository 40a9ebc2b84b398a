import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { parseConfig } from "../config/parse.ts";
import type { AutoscalerConfig, TargetConfig } from "../config/schema.ts";

/** A mistake of the person who called: its message is all they need, so it is printed without a stack. */
export class UsageError extends Error {}

/**
 * Reads a file as UTF-8, or standard input for "-". Rejects with a UsageError that names the file and the system's code.
 */
export async function readText(file: string): Promise<string> {
  try {
    return file === "-" ? await text(process.stdin) : await readFile(file, "utf8");
  } catch (error) {
    // Only the code: the system's message repeats the path, and of a secret it should say no more.
    throw new UsageError(`cannot read ${file}: ${(error as NodeJS.ErrnoException).code ?? "unknown error"}`);
  }
}

/** Rejects with a ConfigError that lists every problem, or with a UsageError when the file cannot be read. */
export async function readConfig(file: string): Promise<AutoscalerConfig> {
  return parseConfig(await readText(file), file);
}

/** Throws a UsageError that lists the targets there are. */
export function findTarget(config: AutoscalerConfig, name: string): TargetConfig {
  const found = config.targets.find((target) => target.name === name);
  if (found !== undefined) return found;
  throw new UsageError(
    `target must be one of ${config.targets.map((target) => target.name).join(", ")}, found "${name}"`,
  );
}

/** A secret's content without its final line break, which editors add. Errors name the file, never what is in it. */
export async function readSecret(file: string): Promise<string> {
  return (await readText(file)).replace(/\r?\n$/, "");
}
