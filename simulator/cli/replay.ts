import { basename } from "node:path";
import { configured } from "../policies/configured.ts";
import { picturesOf } from "../pictures/scene.ts";
import { reportMarkdown } from "../report/markdown.ts";
import { reportOf } from "../report/report.ts";
import { Bench } from "../table/bench.ts";
import { readDecisionLog, type LoggedQueue } from "../workloads/decisionLog.ts";
import { workloadOf } from "../workloads/workload.ts";
import { UserError } from "../userError.ts";
import { checkFolder, readText, writeFiles } from "./files.ts";
import { readTarget, runAutoscaler } from "./targets.ts";
import { worldOf, type WorldOptions } from "./world.ts";

/** What the command line says. */
export interface ReplayOptions extends WorldOptions {
  readonly log: string;
  readonly config: string;
  /** A second configuration. */
  readonly against?: string;
  readonly target?: string;
  /** Mean seconds of work of a job; absent: as the log tells. */
  readonly service?: number;
  readonly seed: number;
  readonly json?: boolean;
  readonly out?: string;
}

/**
 * Simulates one configuration or two on the arrivals of a decision log: other than in the autoscaler's own replay, counts have
 * consequences here. Rejects with a UserError.
 */
export async function replay(options: ReplayOptions, print: (text: string) => void): Promise<void> {
  const { config, against, seed } = options;
  if (options.out !== undefined) await checkFolder(options.out);
  const target = await readTarget(config, options.target);
  const name = target.spec.name;
  const logged = readDecisionLog(await readText(options.log), options.log, { target: name });
  const others = against === undefined ? [] : [{ file: against, target: await readTarget(against, name) }];
  const own = [{ file: config, target }, ...others].map(({ file, target: each }) => {
    const { policy, notes } = configured(each);
    return { policy: { ...policy, setting: file }, notes };
  });
  const draw = { seed, workload: workloadOf(logged.trace, { services: servicesOf(logged, options) }, seed) };
  const scenario = worldOf(target.spec, draw.workload, { slots: logged.slots ?? 1, ...options });
  const { initialReplicas } = logged;
  const bench = new Bench([draw], { ...scenario, initialReplicas: bounded(initialReplicas, scenario) });
  const report = reportOf(bench, draw, {
    title: `${name} on the arrivals of ${basename(options.log)}`,
    own: own.map(({ policy }) => policy),
    notes: [...notesOf(logged, options), ...(await openLoop(options)), ...new Set(own.flatMap(({ notes }) => notes))],
  });
  print(options.json === true ? JSON.stringify(report, null, 2) : reportMarkdown(report));
  if (options.out === undefined) return;
  const [ours, ...rest] = own.map(({ policy }) => policy);
  if (ours === undefined) return;
  const pictures = await picturesOf(bench, draw, { title: report.title, ours, baselines: rest });
  const paths = await writeFiles(options.out, {
    ...{ "replay.md": `${reportMarkdown(report)}\n![Replicas and waits over time](timeline.svg)\n` },
    ...{ "replay.json": `${JSON.stringify(report, null, 2)}\n`, "timeline.svg": pictures.timeline },
  });
  if (options.json !== true) print(`written: ${paths.join(" ")}`);
}

const bounded = (count: number, { minReplicas, maxReplicas }: { minReplicas: number; maxReplicas: number }): number =>
  Math.max(minReplicas, Math.min(maxReplicas, count));

function servicesOf({ serviceSeconds }: LoggedQueue, { log, service }: ReplayOptions) {
  const mean = service ?? serviceSeconds;
  if (mean === undefined) throw new UserError(`${log} tells of no acknowledged message: --service is required`);
  return { kind: "lognormal", mean, cv: 1 } as const;
}

function notesOf(logged: LoggedQueue, { service, slots }: ReplayOptions): string[] {
  const { serviceSeconds, podHours, longestGapSeconds } = logged;
  return [
    "arrivals are spread over the time between two readings by their publish rate; bursts within it are gone.",
    ...(service === undefined && serviceSeconds !== undefined
      ? [`a job takes ${serviceSeconds.toFixed(2)} s, by the messages held and acknowledged in the log.`]
      : []),
    ...(slots === undefined
      ? [
          logged.slots === undefined
            ? "no message ever waited, so how many a replica holds is unknown: one."
            : `a replica holds ${logged.slots} at a time, by the log.`,
        ]
      : []),
    `what really ran asked for ${podHours.toFixed(2)} pod-hours.`,
    `the longest time without a reading is ${longestGapSeconds.toFixed(0)} s.`,
  ];
}

/** What the same two configurations would have decided on the counts that there were. */
async function openLoop({ config, log, against }: ReplayOptions): Promise<string[]> {
  if (against === undefined) return [];
  const told = await runAutoscaler("replay", "--config", config, "--log", log, "--against", against);
  return [`on the counts that there were (autoscaler replay): ${told.trim().split("\n").at(-1) ?? ""}.`];
}
