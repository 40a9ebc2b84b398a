import { parseArgs } from "node:util";
import { traceNames } from "./trace.ts";

export interface DemoOptions {
  readonly trace: string;
  /** Length of the arrivals. */
  readonly seconds: number;
  readonly jobs: number;
  readonly meanWorkSeconds: number;
  readonly maxWaitSeconds: number;
  readonly readinessDelaySeconds: number;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly seed: number;
  /** Where the results go; a new folder below .demo when absent. */
  readonly output?: string;
}

interface Flag {
  readonly fallback: number;
  readonly range: readonly [number, number];
  readonly whole?: true;
  readonly help: string;
}

// 2,400 jobs of 0.4 s in 120 s keep 8 replicas busy on average and 16 in a burst: what two cores can start and feed.
const flags = {
  seconds: { fallback: 120, range: [5, 3600], help: "length of the arrivals" },
  jobs: { fallback: 2400, range: [1, 100_000], whole: true, help: "jobs published in that time" },
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
  const problems: string[] = [];
  const given: Readonly<Record<string, unknown>> = values;
  const number = (name: keyof typeof flags): number => {
    const { fallback, range, whole }: Flag = flags[name];
    const value = given[name] ?? String(fallback);
    const parsed = typeof value === "string" && value.trim() !== "" ? Number(value) : NaN;
    if (parsed >= range[0] && parsed <= range[1] && (whole !== true || Number.isInteger(parsed))) return parsed;
    const kind = whole === true ? "a whole number" : "a number";
    problems.push(`--${name} must be ${kind} from ${range[0]} to ${range[1]}, not ${JSON.stringify(value)}`);
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
