import { basename } from "node:path";
import { configured } from "../policies/configured.ts";
import { quickGrid } from "../policies/grid.ts";
import { picturesOf } from "../pictures/scene.ts";
import { reportMarkdown } from "../report/markdown.ts";
import { reportOf } from "../report/report.ts";
import { Bench } from "../table/bench.ts";
import { parseCsvTrace } from "../workloads/csv.ts";
import type { Trace } from "../workloads/trace.ts";
import { workloadOf, type ServiceTimes } from "../workloads/workload.ts";
import { checkFolder, readText, writeFiles } from "./files.ts";
import { readTarget } from "./targets.ts";
import { UserError } from "../userError.ts";
import { worldOf, type WorldOptions } from "./world.ts";

/** What the command line says. */
export interface RunOptions extends WorldOptions {
  readonly trace: string;
  readonly config: string;
  readonly target?: string;
  /** Mean seconds of work of a job; absent: of the trace. */
  readonly service?: number;
  readonly seed: number;
  readonly json?: boolean;
  /** A folder for the report and its pictures. */
  readonly out?: string;
}

/** Simulates a user's configuration on the user's trace and prints a report. Rejects with a UserError or a TraceError. */
export async function run(options: RunOptions, print: (text: string) => void): Promise<void> {
  if (options.out !== undefined) await checkFolder(options.out);
  const name = basename(options.trace);
  const trace = parseCsvTrace(await readText(options.trace), name);
  const target = await readTarget(options.config, options.target);
  const { policy, notes } = configured(target);
  const services = servicesOf(trace, options.service);
  const draw = { seed: options.seed, workload: workloadOf(trace, { services }, options.seed) };
  const bench = new Bench([draw], worldOf(target.spec, draw.workload, options));
  const title = `${target.spec.name} on ${name}`;
  const report = reportOf(bench, draw, { title, own: [policy], notes });
  print(options.json === true ? JSON.stringify(report, null, 2) : reportMarkdown(report));
  if (options.out === undefined) return;
  const pictures = await picturesOf(bench, draw, { title, ours: policy, baselines: quickGrid(bench.scenario) });
  const files = {
    ...{ "report.md": `${reportMarkdown(report)}\n![Replicas and waits over time](timeline.svg)\n` },
    ...{ "report.json": `${JSON.stringify(report, null, 2)}\n` },
    ...{ "timeline.svg": pictures.timeline, "cost.svg": pictures.cost },
  };
  const paths = await writeFiles(options.out, files);
  // Not into the JSON of a pipe.
  if (options.json !== true) print(`written: ${paths.join(" ")}`);
}

function servicesOf(trace: Trace, mean: number | undefined): ServiceTimes {
  const hasSizes = trace.points.some(({ size }) => size !== undefined);
  if (hasSizes) return { kind: "sizes", ...(mean !== undefined && { mean }) };
  if (mean === undefined)
    throw new UserError(`${trace.name} has no column service to say how long a job takes: --service is required`);
  // As spread as an exponential, without its many jobs of next to nothing.
  return { kind: "lognormal", mean, cv: 1 };
}
