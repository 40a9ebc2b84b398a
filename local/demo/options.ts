import { parseArgs } from "node:util";
import { traceNames } from "./trace.ts";

/** How far a tier may be scaled. */
export interface Bounds {
  readonly minReplicas: number;
  readonly maxReplicas: number;
}

/** What is asked of the gateway; the same options give the same schedule. */
export interface WorkOptions {
  /** One of `traceNames`. */
  readonly trace: string;
  /** Length of the arrivals. */
  readonly seconds: number;
  /** Asked for in that time, whatever the trace holds. */
  readonly jobs: number;
  readonly meanWorkSeconds: number;
  readonly seed: number;
  /** Where the results go; a new folder below .demo when absent. */
  readonly output?: string;
}

/** A run with what its workers are held to. */
export interface RunOptions extends WorkOptions, Bounds {
  /** The promise: time in the queue that the autoscaler is told to hold; a job above it is late. */
  readonly maxWaitSeconds: number;
}

/** Of a run on fake pods, which takes from the command line what a stack says otherwise. */
export interface FakePodsOptions extends RunOptions {
  /** From a pod's start to Ready: how long help takes. */
  readonly readinessDelaySeconds: number;
}

/** What the command line asks for. */
export type DemoOptions =
  | { readonly pods: "real"; readonly options: WorkOptions }
  | { readonly pods: "fake"; readonly options: FakePodsOptions };

/** One numeric option. */
interface Flag {
  /** On real pods, and on fake ones; null: a stack says it itself. */
  readonly fallback: readonly [real: number | null, fake: number];
  /** Both ends allowed. */
  readonly range: readonly [number, number];
  /** Fractions are refused. */
  readonly whole?: true;
  readonly help: string;
}

// Real pods: a worker does 8 jobs at a time, so 600 jobs of 4 s keep 3 busy on average and 7 in the burst, while 2 requests
// a job are more than two gateways of this stack are meant to carry. Fake pods: 8 processes on average and 16 in a burst, one job at a time:
// what two cores can start and feed.
const flags = {
  seconds: { fallback: [100, 120], range: [5, 3600], help: "length of the arrivals" },
  jobs: { fallback: [600, 2400], range: [1, 100_000], whole: true, help: "jobs asked for in that time" },
  "work-seconds": { fallback: [4, 0.4], range: [0.01, 60], help: "mean time of work on a job" },
  seed: { fallback: [1, 1], range: [0, 2 ** 31], whole: true, help: "seed of the durations where the trace has none" },
  "max-wait": {
    fallback: [null, 20],
    range: [1, 3600],
    help: "wait in the queue that the autoscaler is to hold; above it a job is late",
  },
  "readiness-delay": { fallback: [null, 10], range: [0, 300], help: "seconds from a pod's start to Ready" },
  "min-replicas": { fallback: [null, 2], range: [1, 100], whole: true, help: "minReplicas" },
  "max-replicas": {
    fallback: [null, 20],
    range: [1, 100],
    whole: true,
    help: "maxReplicas; each Ready pod is a process",
  },
} as const satisfies Record<string, Flag>;

type FlagName = keyof typeof flags;

/** The burst in the middle shows both tiers on their way up and down; the fake workers follow a harder one. */
const traces = { real: "autothrottle-bursty", fake: "azure-code" } as const;

const line = (name: string, help: string, fallback: unknown): string =>
  `  --${name.padEnd(22)}${help} (${String(fallback)})`;

const flagLines = (pods: "real" | "fake"): string[] =>
  Object.entries(flags as Record<string, Flag>)
    .map(([name, { help, fallback }]) => ({ name, help, fallback: fallback[pods === "real" ? 0 : 1] }))
    .filter(({ fallback }) => fallback !== null)
    .map(({ name, help, fallback }) => line(`${name} N`, help, fallback));

/** What --help prints. */
export const usage = [
  "npm run -s demo -- [options]                on the pods of a cluster: KUBECONFIG's, or one of its own (root on Linux)",
  line("trace NAME", traceNames.join(" | "), traces.real),
  ...flagLines("real"),
  "  --output FOLDER         where the results go (.demo/<time>)",
  "npm run -s demo -- --fake-pods [options]    a control plane alone: fake pods, with one process for each",
  line("trace NAME", "as above", traces.fake),
  ...flagLines("fake"),
].join("\n");

/** Reads the command line; "help" when that is asked for. Throws one error that lists every bad option. */
export function readOptions(args: readonly string[]): DemoOptions | "help" {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const names = Object.fromEntries(Object.keys(flags).map((name) => [name, text]));
  const { values } = parseArgs({
    args: [...args],
    options: { ...names, trace: text, output: text, "fake-pods": flag, help: { ...flag, short: "h" } },
  });
  if (values.help === true) return "help";
  const pods = values["fake-pods"] === true ? "fake" : "real";
  // All at once: nobody wants to find five mistakes in five attempts.
  const problems: string[] = [];
  const number = numberReader(values, pods, problems);
  const trace = values.trace ?? traces[pods];
  if (!traceNames.includes(trace))
    problems.push(`--trace must be one of ${traceNames.join(", ")}, not ${JSON.stringify(trace)}`);
  const work: WorkOptions = {
    trace,
    seconds: number("seconds"),
    jobs: number("jobs"),
    meanWorkSeconds: number("work-seconds"),
    seed: number("seed"),
    ...(values.output === undefined ? {} : { output: values.output }),
  };
  const fake = {
    maxWaitSeconds: number("max-wait"),
    readinessDelaySeconds: number("readiness-delay"),
    minReplicas: number("min-replicas"),
    maxReplicas: number("max-replicas"),
  };
  if (fake.minReplicas > fake.maxReplicas)
    problems.push(`--min-replicas must be at most --max-replicas (${fake.maxReplicas}), not ${fake.minReplicas}`);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return pods === "fake" ? { pods, options: { ...work, ...fake } } : { pods, options: work };
}

function numberReader(
  given: Readonly<Record<string, unknown>>,
  pods: "real" | "fake",
  problems: string[],
): (name: FlagName) => number {
  return (name) => {
    const { fallback, range, whole }: Flag = flags[name];
    const usual = pods === "fake" ? fallback[1] : fallback[0];
    // Only to go on reading: a problem is thrown in the end, and nobody uses what real pods have no option for.
    if (usual === null) {
      if (given[name] !== undefined) problems.push(`--${name} is for --fake-pods: on real pods the stack says it`);
      return 0;
    }
    const value = given[name] ?? String(usual);
    const parsed = inRange(value, flags[name]);
    if (parsed !== undefined) return parsed;
    const kind = whole === true ? "a whole number" : "a number";
    problems.push(`--${name} must be ${kind} from ${range[0]} to ${range[1]}, not ${JSON.stringify(value)}`);
    return usual;
  };
}

function inRange(value: unknown, { range, whole }: Flag): number | undefined {
  // Number("") is 0.
  const parsed = typeof value === "string" && value.trim() !== "" ? Number(value) : NaN;
  if (whole === true && !Number.isInteger(parsed)) return undefined;
  return parsed >= range[0] && parsed <= range[1] ? parsed : undefined;
}
