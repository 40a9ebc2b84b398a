import { parseArgs } from "node:util";
import { traceNames } from "./trace.ts";

/** What a run is like; the same options give the same schedule. */
export interface DemoOptions {
  /** One of `traceNames`. */
  readonly trace: string;
  /** Length of the arrivals. */
  readonly seconds: number;
  /** Asked for in that time, whatever the trace holds. */
  readonly jobs: number;
  readonly meanWorkSeconds: number;
  /** The promise: time in the queue that the autoscaler is told to hold; a job above it is late. */
  readonly maxWaitSeconds: number;
  /** From a pod's start to Ready: how long help takes. */
  readonly readinessDelaySeconds: number;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly seed: number;
  /** Where the results go; a new folder below .demo when absent. */
  readonly output?: string;
}

/** One numeric option. */
interface Flag {
  readonly fallback: number;
  /** Both ends allowed. */
  readonly range: readonly [number, number];
  /** Fractions are refused. */
  readonly whole?: true;
  readonly help: string;
}

// 2,400 jobs of 0.4 s in 120 s keep 8 replicas busy on average and 16 in a burst: what two cores can start and feed.
const flags = {
  seconds: { fallback: 120, range: [5, 3600], help: "length of the arrivals" },
  jobs: { fallback: 2400, range: [1, 100_000], whole: true, help: "jobs asked for in that time" },
  "work-seconds": { fallback: 0.4, range: [0.01, 60], help: "mean time of work on a job" },
  "max-wait": {
    fallback: 20,
    range: [1, 3600],
    help: "wait in the queue that the autoscaler is to hold; above it a job is late",
  },
  "readiness-delay": { fallback: 10, range: [0, 300], help: "seconds from a pod's start to Ready" },
  "min-replicas": { fallback: 2, range: [1, 100], whole: true, help: "minReplicas" },
  "max-replicas": { fallback: 20, range: [1, 100], whole: true, help: "maxReplicas; each Ready pod is a process here" },
  seed: { fallback: 1, range: [0, 2 ** 31], whole: true, help: "seed of the durations where the trace has none" },
} as const satisfies Record<string, Flag>;

/** What --help prints. */
export const usage = [
  "npm run -s demo -- [options]",
  `  --trace NAME            ${traceNames.join(" | ")} (azure-code)`,
  ...Object.entries(flags).map(([name, { help, fallback }]) => `  --${`${name} N`.padEnd(22)}${help} (${fallback})`),
  "  --output FOLDER         where the results go (.demo/<time>)",
].join("\n");

/** Reads the command line; "help" when that is asked for. Throws one error that lists every bad option. */
export function readOptions(args: readonly string[]): DemoOptions | "help" {
  const text = { type: "string" } as const;
  const names = Object.fromEntries(Object.keys(flags).map((name) => [name, text]));
  const { values } = parseArgs({
    args: [...args],
    options: { ...names, trace: text, output: text, help: { type: "boolean", short: "h" } },
  });
  if (values.help === true) return "help";
  // All at once: nobody wants to find five mistakes in five attempts.
  const problems: string[] = [];
  const given: Readonly<Record<string, unknown>> = values;
  const number = (name: keyof typeof flags): number => {
    const { fallback, range, whole }: Flag = flags[name];
    const value = given[name] ?? String(fallback);
    // Number("") is 0.
    const parsed = typeof value === "string" && value.trim() !== "" ? Number(value) : NaN;
    if (parsed >= range[0] && parsed <= range[1] && (whole !== true || Number.isInteger(parsed))) return parsed;
    const kind = whole === true ? "a whole number" : "a number";
    problems.push(`--${name} must be ${kind} from ${range[0]} to ${range[1]}, not ${JSON.stringify(value)}`);
    // Only to go on reading: the problem is thrown below.
    return fallback;
  };
  const trace = values.trace ?? "azure-code";
  if (!traceNames.includes(trace))
    problems.push(`--trace must be one of ${traceNames.join(", ")}, not ${JSON.stringify(trace)}`);
  const options: DemoOptions = {
    trace,
    seconds: number("seconds"),
    jobs: number("jobs"),
    meanWorkSeconds: number("work-seconds"),
    maxWaitSeconds: number("max-wait"),
    readinessDelaySeconds: number("readiness-delay"),
    minReplicas: number("min-replicas"),
    maxReplicas: number("max-replicas"),
    seed: number("seed"),
    ...(values.output === undefined ? {} : { output: values.output }),
  };
  if (options.minReplicas > options.maxReplicas)
    problems.push(`--min-replicas must be at most --max-replicas (${options.maxReplicas}), not ${options.minReplicas}`);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return options;
}
