import { percentile, type JobCounts, type Ledger } from "./ledger.ts";
import type { Bounds, RunOptions } from "./options.ts";
import type { Replay } from "./replay.ts";
import type { RequestFacts, StatusCounts } from "./requests.ts";
import { recordOf, type RunRecord, type WorkerRecord } from "./runRecord.ts";
import type { Scale } from "./scale.ts";
import { isAtMinimum, type Sample } from "./timeline.ts";
import type { Job } from "./workload.ts";

/** What a run came to. Times in seconds, waits from the request for a job to the start of its work; null: unknown. */
export interface Report {
  /** ISO 8601, of the first job's time. */
  readonly startedAt: string;
  readonly options: RunOptions;
  readonly jobs: Omit<JobCounts, keyof Repeated> &
    Repeated & {
      /** Accepted and not done: the lost and the unfinished ones together. */
      readonly missing: number;
      /** Accepted, not done and in no queue any more; null where a missing job may still be in the queue. */
      readonly lost: number | null;
      /** Accepted and still in the queue when the run gave up waiting; null as above. */
      readonly unfinished: number | null;
    };
  /** How late the requests themselves were: a high figure means that the load was not the one asked for. */
  readonly requestLagSeconds: { readonly p99: number | null; readonly max: number | null };
  /** The gateway, as its callers saw it; two requests a job, one of them a read. */
  readonly requests: {
    readonly count: number;
    /** Not answered as expected, or not at all. */
    readonly failed: number;
    /** From the request to the whole answer. */
    readonly p50: number | null;
    readonly p99: number | null;
    readonly max: number | null;
    /** 0 to 1. */
    readonly cacheHitRate: number | null;
  };
  /** Executions by the status that the database has in the end; null where it could not be asked. */
  readonly executions: StatusCounts | null;
  /** Of jobs begun; null without any. */
  readonly wait: {
    readonly maxWaitSeconds: number;
    /** Jobs that waited longer than maxWaitSeconds. */
    readonly late: number;
    /** 0 to 1. */
    readonly lateShare: number | null;
    readonly p50: number | null;
    readonly p99: number | null;
    readonly max: number | null;
  };
  /** The workers' tier. */
  readonly pods: TierCost & {
    /** Workers that were killed before they had finished. */
    readonly cutOff: number | null;
  };
  /** Of the workers. `second` counts from the first job's time, as in the timeline. */
  readonly scales: readonly TimedScale[];
  /** The gateway's tier; absent where it is one process that nobody scales. */
  readonly gateway?: TierCost &
    Bounds & {
      /** Requests per second that the HPA is to hold a pod at. */
      readonly target: number | null;
      readonly scales: readonly TimedScale[];
    };
  /** Whether the decision log, decided again, gave the same decisions. */
  readonly replay: Replay;
  readonly timeline: readonly Omit<Sample, "explanation">[];
  readonly record: RunRecord;
}

/** Work that was given out again; null where nobody tells. */
export interface Repeated {
  readonly redelivered: number | null;
  readonly doneTwice: number | null;
}

type TimedScale = Scale & { readonly second: number };

/** What a tier has cost: its pods from their first sight to their deletion. */
interface TierCost {
  readonly podSeconds: number;
  readonly maxReady: number;
  /** Started in the run or there before it. */
  readonly processes: number;
  /** Processes that ended by themselves. */
  readonly crashes: number;
  /** Whether it was back at its minimum when the run ended. */
  readonly atMinimum: boolean;
}

/** Of one tier, what the samples do not tell. */
interface TierFacts extends Pick<TierCost, "podSeconds" | "processes" | "crashes"> {
  readonly scales: readonly Scale[];
}

/** What was counted during a run. */
export interface Facts {
  readonly options: RunOptions;
  /** Epoch seconds of the first job's time. */
  readonly begun: number;
  readonly ledger: Ledger;
  /** The schedule. */
  readonly jobs: readonly Job[];
  /** Where no report of a worker tells the ledger. */
  readonly repeated?: Repeated;
  readonly requests: RequestFacts & { readonly cacheHitRate: number | null };
  readonly executions: Report["executions"];
  readonly timeline: readonly Sample[];
  readonly workers: TierFacts & { readonly cutOff: number | null; readonly record: WorkerRecord };
  readonly gateway?: TierFacts & Bounds & { readonly target: number | null };
  readonly replay: Replay;
  /** Messages left in the queue at the end, unacknowledged ones included; null while unknown. */
  readonly left: number | null;
}

/** The figures of a run. Throws nothing: what is unknown is null. */
export function createReport(facts: Facts): Report {
  const { options, begun, ledger, requests, executions, timeline, workers, gateway, replay, left } = facts;
  const timed = (scales: readonly Scale[]): TimedScale[] =>
    scales.map((scale) => ({ ...scale, second: scale.at - begun }));
  return {
    startedAt: new Date(begun * 1000).toISOString(),
    options,
    jobs: { ...ledger.counts(), ...facts.repeated, ...missingOf(ledger, left) },
    requestLagSeconds: { p99: percentile(requests.lags, 0.99), max: percentile(requests.lags, 1) },
    requests: {
      ...{ count: requests.seconds.length, failed: requests.failed, cacheHitRate: requests.cacheHitRate },
      ...quantiles(requests.seconds),
    },
    executions,
    wait: waitsOf(ledger, options.maxWaitSeconds),
    pods: {
      ...costOf(workers, timeline, options),
      cutOff: workers.cutOff,
    },
    scales: timed(workers.scales),
    ...(gateway && {
      gateway: {
        ...costOf(
          gateway,
          timeline.flatMap((sample) => sample.gateway ?? []),
          gateway,
        ),
        ...{ minReplicas: gateway.minReplicas, maxReplicas: gateway.maxReplicas, target: gateway.target },
        scales: timed(gateway.scales),
      },
    }),
    replay,
    // The decision log has every explanation; here they would be most of the file.
    timeline: timeline.map(({ explanation: _, ...figures }) => figures),
    record: recordOf(facts, workers.record),
  };
}

function missingOf(ledger: Ledger, left: number | null): Pick<Report["jobs"], "missing" | "lost" | "unfinished"> {
  const missing = ledger.missing().length;
  // Where none is missing, nothing depends on the queue.
  if (missing > 0 && left === null) return { missing, lost: null, unfinished: null };
  // A job that is not done and whose message is still there is not lost, only unfinished.
  const unfinished = Math.min(missing, left ?? 0);
  return { missing, lost: missing - unfinished, unfinished };
}

const quantiles = (values: readonly number[]): Record<"p50" | "p99" | "max", number | null> => ({
  p50: percentile(values, 0.5),
  p99: percentile(values, 0.99),
  max: percentile(values, 1),
});

function waitsOf(ledger: Ledger, maxWaitSeconds: number): Report["wait"] {
  const waits = ledger.waits().map(({ waitSeconds }) => waitSeconds);
  const late = waits.filter((wait) => wait > maxWaitSeconds).length;
  return { maxWaitSeconds, late, lateShare: waits.length === 0 ? null : late / waits.length, ...quantiles(waits) };
}

function costOf(
  { podSeconds, processes, crashes }: TierFacts,
  samples: readonly { readonly readyReplicas: number; readonly desiredReplicas: number | null }[],
  bounds: Bounds,
): TierCost {
  const maxReady = Math.max(0, ...samples.map(({ readyReplicas }) => readyReplicas));
  return { podSeconds, maxReady, processes, crashes, atMinimum: isAtMinimum(samples.at(-1), bounds) };
}

/** What makes the run a failure; empty when all is well. */
export function failures({ jobs, requests, executions, scales, gateway, replay }: Report): readonly string[] {
  const { lost, unfinished } = jobs;
  const unsettled = executions === null ? 0 : jobs.published - (executions["succeeded"] ?? 0);
  const neverRose = (changes: readonly Scale[]): boolean => !changes.some(({ from, to }) => to > from);
  const problems: readonly (readonly [boolean, string])[] = [
    [lost === null, `${jobs.missing} jobs were lost or not finished in time: the queue is unknown`],
    [isPositive(lost), `${String(lost)} jobs were lost`],
    [isPositive(unfinished), `${String(unfinished)} jobs were not finished in time`],
    [jobs.refused > 0, `${jobs.refused} jobs were not accepted by the gateway`],
    [requests.failed > 0, `${requests.failed} requests to the gateway failed`],
    [executions === null, "what the database has of the jobs is unknown"],
    // Below zero where an answer was lost and its execution was done all the same.
    [unsettled > 0, `${unsettled} accepted jobs have not succeeded by the database`],
    // Fake pods take a load of any size, also one that needs no scaling.
    [gateway !== undefined && neverRose(scales), "the workers were never scaled up"],
    [gateway !== undefined && neverRose(gateway.scales), "the gateway was never scaled up"],
    [!replay.same, "the replayed decisions differ from the log"],
  ];
  return problems.filter(([is]) => is).map(([, text]) => text);
}

const isPositive = (count: number | null): boolean => count !== null && count > 0;
