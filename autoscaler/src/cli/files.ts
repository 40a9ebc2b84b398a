import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { parseConfig } from "../config/parse.ts";
import type { AutoscalerConfig, TargetConfig } from "../config/schema.ts";

/** A mistake of the person who called: its message is all they need. */
export class UsageError extends Error {}

/** Reads a file, or standard input for "-". */
export async function readText(file: string): Promise<string> {
  try {
    return file === "-" ? await text(process.stdin) : await readFile(file, "utf8");
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${(error as NodeJS.ErrnoException).code ?? "unknown error"}`);
  }
}

/** Throws a ConfigError with every problem. */
export async function readConfig(file: string): Promise<AutoscalerConfig> {
  return parseConfig(await readText(file), file);
}

export function findTarget(config: AutoscalerConfig, name: string): TargetConfig {
  const found = config.targets.find((target) => target.name === name);
  if (found !== undefined) return found;
  throw new UsageError(
    `target must be one of ${config.targets.map((target) => target.name).join(", ")}, found "${name}"`,
  );
}

/** A secret's content without its final line break. Errors name the file, never what is in it. */
export async function readSecret(file: string): Promise<string> {
  return (await readText(file)).replace(/\r?\n$/, "");
}
