import type { Scale } from "./autoscaler.ts";
import { percentile, type JobCounts, type Ledger } from "./ledger.ts";
import type { DemoOptions } from "./options.ts";
import type { RequestFacts } from "./requests.ts";
import type { Sample } from "./timeline.ts";

/** What a run came to. Times in seconds, waits from the request for a job to the start of its work. */
export interface Report {
  /** ISO 8601, of the first job's time. */
  readonly startedAt: string;
  readonly options: DemoOptions;
  readonly jobs: JobCounts & {
    /** Accepted, never reported and in no queue any more. */
    readonly lost: number;
    /** Accepted and still in the queue when the run gave up waiting. */
    readonly unfinished: number;
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
    /** 0 to 1; null while unknown. */
    readonly cacheHitRate: number | null;
  };
  /** Executions by the status that the database has in the end. */
  readonly executions: Readonly<Record<string, number>>;
  /** Of jobs done; null without any. */
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
  /** The cost: pods from their first sight to their deletion. */
  readonly pods: {
    readonly podSeconds: number;
    readonly maxReady: number;
    readonly processes: number;
    readonly crashes: number;
    /** Workers that were killed before they had finished. */
    readonly cutOff: number;
  };
  /** `second` counts from the first job's time, as in the timeline. */
  readonly scales: readonly (Scale & { readonly second: number })[];
  /** Whether the decision log, decided again, gave the same decisions. */
  readonly replay: { readonly same: boolean; readonly text: string };
  readonly timeline: readonly Omit<Sample, "explanation">[];
}

/** What was counted during a run. */
export interface Facts {
  readonly options: DemoOptions;
  /** Epoch seconds of the first job's time. */
  readonly begun: number;
  readonly ledger: Ledger;
  readonly requests: RequestFacts & { readonly cacheHitRate: number | null };
  readonly executions: Report["executions"];
  readonly timeline: readonly Sample[];
  readonly fleet: Omit<Report["pods"], "maxReady">;
  readonly scales: readonly Scale[];
  readonly replay: Report["replay"];
  /** Messages left in the queue at the end, unacknowledged ones included. */
  readonly left: number;
}

/** The figures of a run. Throws nothing: what is unknown is null. */
export function createReport(facts: Facts): Report {
  const { options, begun, ledger, requests, executions, timeline, fleet, scales, replay, left } = facts;
  const waits = ledger.waits().map(({ waitSeconds }) => waitSeconds);
  const late = waits.filter((wait) => wait > options.maxWaitSeconds).length;
  const missing = ledger.missing();
  // A job without a report whose message is still there is not lost, only unfinished.
  const unfinished = Math.min(missing, left);
  const { podSeconds, processes, crashes, cutOff } = fleet;
  return {
    startedAt: new Date(begun * 1000).toISOString(),
    options,
    jobs: { ...ledger.counts(), lost: missing - unfinished, unfinished },
    requestLagSeconds: { p99: percentile(requests.lags, 0.99), max: percentile(requests.lags, 1) },
    requests: {
      ...{ count: requests.seconds.length, failed: requests.failed, cacheHitRate: requests.cacheHitRate },
      p50: percentile(requests.seconds, 0.5),
      p99: percentile(requests.seconds, 0.99),
      max: percentile(requests.seconds, 1),
    },
    executions,
    wait: {
      maxWaitSeconds: options.maxWaitSeconds,
      late,
      lateShare: waits.length === 0 ? null : late / waits.length,
      p50: percentile(waits, 0.5),
      p99: percentile(waits, 0.99),
      max: percentile(waits, 1),
    },
    pods: {
      podSeconds,
      maxReady: Math.max(0, ...timeline.map(({ readyReplicas }) => readyReplicas)),
      ...{ processes, crashes, cutOff },
    },
    scales: scales.map((scale) => ({ ...scale, second: scale.at - begun })),
    replay,
    // The decision log has every explanation; here they would be most of the file.
    timeline: timeline.map(({ explanation: _, ...figures }) => figures),
  };
}

/** What makes the run a failure; empty when all is well. */
export function failures({ jobs, executions, replay }: Report): readonly string[] {
  const unsettled = jobs.published - (executions["succeeded"] ?? 0);
  return [
    ...(jobs.lost > 0 ? [`${jobs.lost} jobs were lost`] : []),
    ...(jobs.unfinished > 0 ? [`${jobs.unfinished} jobs were not finished in time`] : []),
    ...(jobs.refused > 0 ? [`${jobs.refused} jobs were not accepted by the gateway`] : []),
    // Below zero where an answer was lost and its execution was done all the same.
    ...(unsettled > 0 ? [`${unsettled} accepted jobs have not succeeded by the database`] : []),
    ...(replay.same ? [] : ["the replayed decisions differ from the log"]),
  ];
}
