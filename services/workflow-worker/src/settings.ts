import { databaseSettings, type DatabaseOptions } from "@jobsprint/runtime/database";
import { Environment, type Variables } from "@jobsprint/runtime/environment";
import { queueSettings } from "@jobsprint/runtime/queue";
import { longestSeconds } from "./job.ts";

/** What the worker is told by its environment. Times in seconds unless named otherwise. */
export interface Settings {
  /** Executions worked on at the same time, by queue. */
  readonly prefetch: Readonly<Record<WorkQueue, number>>;
  /** Where each finished execution is reported; none when absent. */
  readonly reportQueue?: string;
  /** Duration of an execution whose input does not name its own. */
  readonly workMilliseconds: number;
  /** For work in flight after SIGTERM; shorter than the pod's terminationGracePeriodSeconds. */
  readonly graceSeconds: number;
  readonly host: string;
  readonly port: number;
  readonly logLevel: LogLevel;
  /** The primary alone: a worker only writes. */
  readonly database: Pick<DatabaseOptions, "primary" | "healthIntervalSeconds">;
  readonly queue: ReturnType<typeof queueSettings>;
}

/** The queues that a worker takes from. */
export type WorkQueue = "workflow" | "workflow_priority";

const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
type LogLevel = (typeof logLevels)[number];

/** Reads all settings; throws one error that lists every bad variable with its bound and value. */
export function readSettings(variables: Variables): Settings {
  const environment = new Environment(variables);
  const reportQueue = environment.optional("REPORT_QUEUE");
  const settings: Settings = {
    // Places of their own: an urgent execution never waits for an ordinary one to end.
    prefetch: {
      workflow: environment.whole("PREFETCH", [1, 1000], 1),
      workflow_priority: environment.whole("PRIORITY_PREFETCH", [1, 1000], 1),
    },
    ...(reportQueue === undefined ? {} : { reportQueue }),
    workMilliseconds: environment.whole("WORK_MILLISECONDS", [0, longestSeconds * 1000], 100),
    // Kubernetes kills after 30 s: five are left to close the connections.
    graceSeconds: environment.whole("GRACE_SECONDS", [0, 3600], 25),
    host: environment.text("HOST", "0.0.0.0"),
    port: environment.whole("PORT", [0, 65_535], 9464),
    logLevel: environment.oneOf("LOG_LEVEL", logLevels, "info"),
    database: {
      primary: {
        ...databaseSettings(environment).primary,
        // Two short statements an execution. None is kept open: sixty idle workers would hold them for nothing.
        pool: { min: 0, max: environment.whole("DATABASE_POOL_MAX", [1, 1000], 2) },
      },
      // Nothing is chosen by it; it only ends statements of a server that has fallen silent.
      healthIntervalSeconds: 5,
    },
    queue: queueSettings(environment),
  };
  environment.check();
  return settings;
}
