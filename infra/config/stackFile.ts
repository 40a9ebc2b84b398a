import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const folder = join(import.meta.dirname, "../..");
const project = "jobsprint";

/**
 * The configuration in Pulumi.<stack>.yaml as the engine would hand it over, for a run without one.
 * Keys of other namespaces are the engine's and the providers', not the program's.
 * @throws {Error} when the file is not there
 */
export function readStackFile(stack: string): Record<string, string> {
  const file = join(folder, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) throw new Error(`no stack ${stack}: Pulumi.${stack}.yaml does not exist`);
  const { config } = parse(readFileSync(file, "utf8")) as { config: Record<string, unknown> };
  const prefix = `${project}:`;
  const own = Object.entries(config).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), toText(value)]));
}

const toText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
