import type { Scale } from "./autoscaler.ts";
import { percentile, type JobCounts, type Ledger } from "./ledger.ts";
import type { DemoOptions } from "./options.ts";
import type { Sample } from "./timeline.ts";

/** What a run came to. Times in seconds, waits from a job's publishing to the start of its work. */
export interface Report {
  /** ISO 8601, of the first job's time. */
  readonly startedAt: string;
  readonly options: DemoOptions;
  readonly jobs: JobCounts & {
    /** Confirmed, never reported and in no queue any more. */
    readonly lost: number;
    /** Confirmed and still in the queue when the run gave up waiting. */
    readonly unfinished: number;
  };
  /** How late the publisher itself was: a high figure means that the load was not the one asked for. */
  readonly publishLagSeconds: { readonly p99: number | null; readonly max: number | null };
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
  /** Of each job behind its time, in seconds. */
  readonly lags: readonly number[];
  readonly timeline: readonly Sample[];
  readonly fleet: Omit<Report["pods"], "maxReady">;
  readonly scales: readonly Scale[];
  readonly replay: Report["replay"];
  /** Messages left in the queue at the end, unacknowledged ones included. */
  readonly left: number;
}

/** The figures of a run. Throws nothing: what is unknown is null. */
export function createReport(facts: Facts): Report {
  const { options, begun, ledger, lags, timeline, fleet, scales, replay, left } = facts;
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
    publishLagSeconds: { p99: percentile(lags, 0.99), max: percentile(lags, 1) },
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
export function failures({ jobs, replay }: Report): readonly string[] {
  return [
    ...(jobs.lost > 0 ? [`${jobs.lost} jobs were lost`] : []),
    ...(jobs.unfinished > 0 ? [`${jobs.unfinished} jobs were not finished in time`] : []),
    ...(jobs.unconfirmed > 0 ? [`${jobs.unconfirmed} jobs were not confirmed by the broker`] : []),
    ...(replay.same ? [] : ["the replayed decisions differ from the log"]),
  ];
}
