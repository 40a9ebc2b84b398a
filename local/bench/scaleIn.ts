import { Command, InvalidArgumentError } from "commander";
import { say } from "../progress.ts";
import { shutdown } from "../run.ts";
import { measureScaleIn, workKinds } from "./scaleIn/measure.ts";
import type { Cell } from "./scaleIn/result.ts";

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("must be a whole number from 1");
  return value;
}

const program = new Command("bench:scale-in")
  .description("Which pods go at a scale-in under load, with podDeletionCost and without; JSON on standard output.")
  .option("--scale-ins <n>", "of each kind", whole, 30)
  .option("--lanes <n>", "Deployments of each kind", whole, 3)
  .option("--max-seconds <n>", "of load at each statistics interval", whole, 600)
  .option(
    "--interval <ms...>",
    "the broker's statistics interval, milliseconds",
    (text, before: number[] | undefined) => [...(before ?? []), whole(text)],
  )
  .option("--seed <n>", "of the load", whole, 1);

interface Options {
  readonly scaleIns: number;
  readonly lanes: number;
  readonly maxSeconds: number;
  readonly seed: number;
  readonly interval?: readonly number[];
}

const { interval = [5000, 500], ...options } = program.parse().opts<Options>();
const cells: Cell[] = [];
try {
  for (const statisticsIntervalMs of interval) {
    say(`scale-ins at a statistics interval of ${statisticsIntervalMs} ms`);
    cells.push(...(await measureScaleIn({ ...options, statisticsIntervalMs, work: workKinds })));
  }
  process.stdout.write(`${JSON.stringify(cells, undefined, 2)}\n`);
  if (cells.some(({ scaleIns }) => scaleIns < options.scaleIns)) process.exitCode = 1;
} finally {
  await shutdown();
}
