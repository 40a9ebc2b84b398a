/**
 * Usage: bench [decide] [reaction] [scale | scale=100,1000] [database] [cache] [queue] [work]; all when none is named.
 * JSON on standard output.
 */
import { cpus } from "node:os";
import { join } from "node:path";
import { runCommand } from "../command.ts";
import { repositoryRoot } from "../paths.ts";
import { startProgress, type Progress } from "../progress.ts";
import { shutdown } from "../run.ts";
import { measureReaction } from "./reaction.ts";
import { measureCache } from "./runtime/cache.ts";
import { measureDatabase } from "./runtime/database.ts";
import { measureQueue } from "./runtime/queue.ts";
import { measureWork } from "./runtime/work.ts";
import { measureScale, sizes, type Size } from "./scale.ts";
import { buildProgram } from "./service.ts";

const parts = {
  async decide(progress: Progress): Promise<unknown> {
    progress.step("the cost of one decision");
    const output = await runCommand(process.execPath, [join(repositoryRoot, "autoscaler", "bench", "decide.ts")]);
    return JSON.parse(output);
  },
  async reaction(progress: Progress): Promise<unknown> {
    return measureReaction(await buildProgram(), progress);
  },
  async scale(progress: Progress, chosen: readonly Size[]): Promise<unknown> {
    return measureScale(await buildProgram(), chosen, progress);
  },
  // Of the library, each against doing the same without it in the same run.
  database: measureDatabase,
  cache: measureCache,
  queue: measureQueue,
  work: measureWork,
} as const;

type Part = keyof typeof parts;

interface Wanted {
  readonly part: Part;
  readonly chosen: readonly Size[];
}

/** Throws on an argument that names no part. */
function wantedOf(argument: string): Wanted {
  const [part = "", list] = argument.split("=");
  const chosen = list === undefined ? sizes : sizes.filter(({ targets }) => list.split(",").includes(String(targets)));
  if (!Object.hasOwn(parts, part) || chosen.length === 0)
    throw new Error(`usage: bench [${Object.keys(parts).join("] [")}], found "${argument}"`);
  return { part: part as Part, chosen };
}

async function main(): Promise<void> {
  const given = process.argv.slice(2);
  const wanted = (given.length === 0 ? Object.keys(parts) : given).map(wantedOf);
  const machine = { node: process.version, cpus: cpus().length, model: cpus()[0]?.model };
  const results: Record<string, unknown> = { at: new Date().toISOString(), machine };
  for (const { part, chosen } of wanted) {
    const progress = startProgress(`bench ${part}`);
    results[part] = await parts[part](progress, chosen);
    progress.done("measured");
  }
  process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await shutdown();
}
