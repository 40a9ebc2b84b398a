import type { ServiceState, Work } from "../state.ts";

export interface ServiceSample {
  readonly at: number;
  /** Acks a second over the last refresh of the statistics. */
  readonly ackRate: number;
  readonly unacknowledged: number;
  /** Messages that wait: with some, every ready replica is busy. */
  readonly ready: number;
  readonly readyReplicas: number;
}

/** Old work counts half after this much observed time, so that a rate follows a change of the jobs. */
const halfLifeSeconds = 300;

/** A gap in the readings is not taken for work. */
const longestSampleSeconds = 15;

/** What the first sample is taken to cover: one refresh of the broker's statistics. */
const firstSampleSeconds = 5;

/** Before this many acks a rate is noise. */
const enough = { saturated: 10, any: 3 } as const;

const noWork: Work = { acked: 0, busySeconds: 0 };

/** Replicas that hold work: one message each at least, so never more than there are messages. */
export function busyReplicas(unacknowledged: number, readyReplicas: number): number {
  return Math.min(Math.ceil(unacknowledged), readyReplicas);
}

/** Adds what was acknowledged and how long replicas were busy for it; a ratio of sums stays right for jobs longer than a refresh. */
export function learnService(before: ServiceState | undefined, sample: ServiceSample): ServiceState {
  const { saturated = noWork, any = noWork, at } = before ?? {};
  if (at !== undefined && sample.at <= at) return { saturated, any, at };
  const seconds = Math.min(longestSampleSeconds, sample.at - (at ?? sample.at - firstSampleSeconds));
  const busy = busyReplicas(sample.unacknowledged, sample.readyReplicas);
  return {
    at: sample.at,
    any: addWork(any, sample, busy, seconds),
    saturated: sample.ready > 0 ? addWork(saturated, sample, busy, seconds) : saturated,
  };
}

/**
 * Messages one replica finishes per second. Saturated work is preferred: a replica that works on several messages at once
 * looks slower while it is not full. Undefined until enough acks have been seen.
 */
export function serviceRate(state: ServiceState | undefined): number | undefined {
  if (state === undefined) return undefined;
  return rateOf(state.saturated, enough.saturated) ?? rateOf(state.any, enough.any);
}

function addWork(work: Work, sample: ServiceSample, busy: number, seconds: number): Work {
  const keep = 2 ** (-seconds / halfLifeSeconds);
  return { acked: work.acked * keep + sample.ackRate * seconds, busySeconds: work.busySeconds * keep + busy * seconds };
}

function rateOf(work: Work, enoughAcks: number): number | undefined {
  return work.acked >= enoughAcks && work.busySeconds > 0 ? work.acked / work.busySeconds : undefined;
}
