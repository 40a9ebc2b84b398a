import { Command } from "commander";
import { numberFrom } from "./cli/numbers.ts";
import { picture, type PictureOptions } from "./cli/picture.ts";
import { createProgress } from "./cli/progress.ts";
import { replay, type ReplayOptions } from "./cli/replay.ts";
import { run, type RunOptions } from "./cli/run.ts";
import { speed, type SpeedOptions } from "./cli/speed.ts";
import { table, type TableOptions, type Terminal } from "./cli/table.ts";
import { twin, type TwinOptions } from "./cli/twin.ts";
import { UserError } from "./userError.ts";
import { maxSeeds } from "./table/interval.ts";

const interruption = new AbortController();
// A second one ends the process at once.
process.once("SIGINT", () => {
  interruption.abort();
});

const terminal: Terminal = {
  print: (text) => {
    process.stdout.write(`${text}\n`);
  },
  progress: (what) => createProgress(process.stderr, what, () => performance.now() / 1000),
  command: ["npm run -s simulate --", ...process.argv.slice(2)].join(" "),
  signal: interruption.signal,
};

const program = new Command("simulate").description("Autoscalers of job queues, compared in simulation.");

program
  .command("table")
  .description(
    "ours, baselines, the smallest constant count and the optimum, over windows of recorded and generated arrivals",
  )
  .option("--quick", "three windows, one seed and few settings of the baselines")
  .option("--windows <names>", "some windows, with commas between them")
  .option("--seeds <number>", "seeds, from 1 on (5, with --quick 1)", numberFrom(1, maxSeeds, "whole"))
  .option("--ablation", "ours with each of its parts switched off, too")
  .option("--threads <number>", "cells at the same time (as many as CPUs)", numberFrom(1, 256, "whole"))
  .option("--json", "all results as JSON")
  .option("--page <file>", "writes the table as a page of Markdown, too")
  .action(async (options: TableOptions) => {
    process.exitCode = await table(options, terminal);
  });

program
  .command("picture")
  .description("a cell of the table as pictures: settings by cost and lateness, and replicas over time")
  .requiredOption("--window <name>", "a window of the table")
  .option("--readiness <seconds>", "mean delay from the order of a replica to Ready", numberFrom(0, 3600), 30)
  .option("--wait <seconds>", "the longest wait of a job that is not late", numberFrom(0.1, 86_400), 60)
  .option("--seed <number>", "of the jobs and of chance", numberFrom(0, 2 ** 31 - 1, "whole"), 1)
  .option("--out <folder>", "where the pictures go", ".")
  .action(async (options: PictureOptions) => {
    await picture(options, terminal.print);
  });

const readiness = [
  "--readiness <seconds>",
  "mean delay from the order of a replica to Ready",
  numberFrom(0, 3600),
] as const;
const wait = ["--wait <seconds>", "the longest wait of a job that is not late", numberFrom(0.1, 86_400)] as const;
const slots = [
  "--slots <number>",
  "jobs that a replica does at the same time",
  numberFrom(1, 10_000, "whole"),
] as const;
const service = [
  "--service <seconds>",
  "mean work of a job, where the trace does not say it",
  numberFrom(0.001, 86_400),
] as const;
const seed = ["--seed <number>", "of the jobs and of chance", numberFrom(0, 2 ** 31 - 1, "whole"), 1] as const;

program
  .command("run")
  .description("your configuration on your arrivals, with the optimum, a constant count, HPA and KEDA beside it")
  .requiredOption("--trace <file>", "CSV: time, time,service or time,count")
  .requiredOption("--config <file>", "the autoscaler's configuration")
  .option("--target <name>", "a target of the configuration, when it has several")
  .option(...readiness)
  .option(...wait)
  .option(...service)
  .option(...slots)
  .option(...seed)
  .option("--json", "the report as JSON")
  .option("--out <folder>", "writes the report and its pictures, too")
  .action(async (options: RunOptions) => {
    await run(options, terminal.print);
  });

program
  .command("replay")
  .description("one configuration or two on the arrivals of a decision log, with the consequences of their decisions")
  .requiredOption("--log <file>", "a decision log, JSON lines")
  .requiredOption("--config <file>", "the autoscaler's configuration")
  .option("--against <file>", "a second configuration")
  .option("--target <name>", "a target of the configuration, when it has several")
  .option(...readiness)
  .option(...wait)
  .option(...service)
  .option(...slots)
  .option(...seed)
  .option("--json", "the report as JSON")
  .option("--out <folder>", "writes the report and its picture, too")
  .action(async (options: ReplayOptions) => {
    await replay(options, terminal.print);
  });

program
  .command("twin")
  .description("a run of the demo and its simulation beside each other, in figures and as a picture")
  .requiredOption("--report <file>", "report.json of a demo")
  .option("--config <file>", "the autoscaler's configuration (autoscaler.yaml beside the report)")
  .option("--log <file>", "its decision log (decisions.ndjson beside the report, if it is there)")
  .option("--target <name>", "the demo's target of the configuration", "workflow-worker")
  .option(...readiness)
  .option(...slots)
  .option("--seeds <number>", "simulations, with the seeds from 1 on", numberFrom(1, maxSeeds, "whole"), 20)
  .option("--json", "the figures as JSON")
  .option("--out <folder>", "where the picture goes (beside the report)")
  .action(async (options: TwinOptions) => {
    await twin(options, terminal.print);
  });

program
  .command("speed")
  .description("jobs that the simulation does in a second on this machine")
  .option("--jobs <number>", "of each run", numberFrom(1000, 10_000_000, "whole"), 500_000)
  .action((options: SpeedOptions) => {
    speed(options, terminal.print, () => performance.now() / 1000);
  });

try {
  await program.parseAsync();
} catch (error) {
  const expected = error instanceof UserError;
  process.stderr.write(`${expected ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
  process.exitCode = 1;
}
