import { access } from "node:fs/promises";
import { dirname, join } from "node:path";
import { timelinePicture } from "../pictures/timeline.ts";
import { longestWaits } from "../pictures/waits.ts";
import { aligned, dash, figure } from "../table/format.ts";
import type { Interval } from "../table/interval.ts";
import type { Closeness } from "../twin/closeness.ts";
import { parseDemoReport, type DemoReport } from "../twin/demoReport.ts";
import { changedDecisions, parseDecisions, twinPolicy } from "../twin/policy.ts";
import { compare, type Comparison } from "../twin/twin.ts";
import { worldOf, type World, type WorldOptions } from "../twin/world.ts";
import { checkFolder, readText, writeFiles } from "./files.ts";
import { readTarget } from "./targets.ts";

/** What the command line says. */
export interface TwinOptions extends WorldOptions {
  readonly report: string;
  /** Absent: autoscaler.yaml beside the report. */
  readonly config?: string;
  /** Absent: decisions.ndjson beside the report, if it is there. */
  readonly log?: string;
  readonly target: string;
  readonly seeds: number;
  readonly json?: boolean;
  /** The folder of the picture; absent: the report's. */
  readonly out?: string;
}

/** Simulates a run of the demo and prints both beside each other; writes their picture. Rejects with a UserError. */
export async function twin(options: TwinOptions, print: (text: string) => void): Promise<void> {
  const folder = dirname(options.report);
  if (options.out !== undefined) await checkFolder(options.out);
  const report = parseDemoReport(await readText(options.report), options.report);
  const target = await readTarget(options.config ?? join(folder, "autoscaler.yaml"), options.target);
  const log = parseDecisions(await readLog(options.log, join(folder, "decisions.ndjson")), options.target);
  const world = worldOf(report, target, options);
  const policy = twinPolicy(target, log, Date.parse(report.startedAt) / 1000);
  const comparison = compare(report, world, policy, options.seeds);
  const changed = changedDecisions(target, log);
  const { curves: _, waits: __, ...figures } = comparison;
  const told = { ...figures, decisions: { logged: log.length, changed } };
  print(options.json === true ? JSON.stringify(told, null, 2) : twinText(comparison, world));
  if (options.json !== true && changed > 0)
    print(`\n${changed} of ${log.length} logged decisions come out otherwise now: the run was one of another version.`);
  const [path = ""] = await writeFiles(options.out ?? folder, { "twin.svg": await pictureOf(report, comparison) });
  if (options.json !== true) print(`\n${path}`);
}

/** A log that was not asked for may be missing: the twin then knows nothing of the time before. */
async function readLog(given: string | undefined, beside: string): Promise<string> {
  if (given !== undefined) return readText(given);
  const isThere = await access(beside).then(
    () => true,
    () => false,
  );
  return isThere ? readText(beside) : "";
}

/** Both runs beside each other. */
export function twinText({ real, twin: own, ready, requested, ...run }: Comparison, { scenario }: World): string {
  const { readinessDelay, slotsPerReplica, initialReplicas } = scenario;
  const row = (
    name: string,
    digits: number,
    values: readonly [number | null, Interval | null],
    factor = 1,
  ): string[] => [
    ...[name, values[0] === null ? dash : (values[0] * factor).toFixed(digits), figure(values[1], digits, factor)],
  ];
  return [
    `${run.jobs} jobs in ${run.seconds.toFixed(0)} s; ${slotsPerReplica} at a time in a replica, which is Ready ` +
      `${readinessDelay.mean.toFixed(1)} s after its order; ${initialReplicas} at the start`,
    aligned([
      ["", "real", "simulated"],
      row("late (%)", 2, [real.lateShare, own.lateShare], 100),
      row("wait p50 (s)", 2, [real.waitP50, own.waitP50]),
      row("wait p99 (s)", 2, [real.waitP99, own.waitP99]),
      row("pod-seconds", 0, [real.podSeconds, own.podSeconds]),
      row("seconds of Ready replicas", 0, [real.readySeconds, own.readySeconds]),
      row("most Ready replicas", 0, [real.mostReady, own.mostReady]),
    ]),
    aligned([
      ["simulated against real", "RMSE", "largest", "comes", "RMSE without that"],
      closenessRow("Ready replicas", ready),
      closenessRow("replicas asked for", requested),
    ]),
  ].join("\n\n");
}

const closenessRow = (name: string, { rmse, largest, lagSeconds, rmseAtLag }: Closeness): string[] => [
  ...[
    name,
    rmse.toFixed(2),
    largest.toFixed(1),
    `${Math.abs(lagSeconds).toFixed(1)} s ${lagSeconds < 0 ? "early" : "late"}`,
    rmseAtLag.toFixed(2),
  ],
];

const parts = 150;

function pictureOf({ options, startedAt }: DemoReport, { seconds, curves, waits }: Comparison): Promise<string> {
  const longest = (all: Float64Array) => longestWaits({ arrivals: waits.asked, waits: all }, seconds, parts);
  return timelinePicture({
    ...{ title: `${options.trace}, ${startedAt}`, seconds, maxWaitSeconds: options.maxWaitSeconds },
    lines: [
      { name: "simulated", colour: "ours", replicas: curves.twin, waits: longest(waits.twin) },
      { name: "real", colour: "baseline", replicas: curves.real, waits: longest(waits.real) },
    ],
  });
}
