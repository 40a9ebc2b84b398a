import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ConfiguredTarget } from "../policies/configured.ts";
import { UserError } from "../userError.ts";

const autoscaler = join(import.meta.dirname, "..", "..", "autoscaler", "src", "main.ts");

/** Runs a command of the autoscaler, whose rules for a configuration are the only ones. Rejects with what it complains of. */
export async function runAutoscaler(...args: string[]): Promise<string> {
  try {
    // A large configuration prints more than the standard buffer of 1 MiB.
    const { stdout } = await promisify(execFile)(process.execPath, [autoscaler, ...args], { maxBuffer: 2 ** 28 });
    return stdout;
  } catch (error) {
    const { stderr = "", stdout = "" } = error as { stderr?: string; stdout?: string };
    const complaint = stderr.trim() || stdout.trim();
    throw complaint === "" ? error : new UserError(complaint);
  }
}

/** A target of a configuration; without a name the only one there is. Rejects with a UserError that lists those there are. */
export async function readTarget(config: string, name: string | undefined): Promise<ConfiguredTarget> {
  const targets = JSON.parse(await runAutoscaler("targets", "--config", config)) as ConfiguredTarget[];
  const [only, ...others] = targets;
  const found =
    name === undefined ? (others.length === 0 ? only : undefined) : targets.find(({ spec }) => spec.name === name);
  if (found !== undefined) return found;
  const there = targets.map(({ spec }) => spec.name).join(", ");
  throw new UserError(
    `--target must be one of ${there} of ${config}${name === undefined ? "" : `, not ${JSON.stringify(name)}`}`,
  );
}
