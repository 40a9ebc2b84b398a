import type { BusySample, ServiceState, Work } from "../state.ts";

/** What one set of a broker's statistics says about the work of a target. Counts are of messages and replicas. */
export interface ServiceSample {
  /** Epoch seconds of the source's observation. */
  readonly at: number;
  /** Acks a second over the last refresh of the statistics. */
  readonly ackRate: number;
  /** Handed to a consumer and not finished: the sign that some replica is at work. */
  readonly unacknowledged: number;
  /** Messages that wait: with some, every ready replica is busy. */
  readonly ready: number;
  readonly readyReplicas: number;
}

/** Old work counts half after this much observed time, so that a rate follows a change of the jobs. */
const halfLifeSeconds = 300;

/** The sources give ack rates as means over 10 s, of statistics that are 2.5 s old on average. */
const rateWindow = { seconds: 10, lagSeconds: 2.5 } as const;

/** A gap in the readings is not taken for work. */
const longestSampleSeconds = 15;

/** What the first sample is taken to cover: one refresh of the broker's statistics. */
const firstSampleSeconds = 5;

/** Before this many acks a rate is noise. */
const enough = { saturated: 10, any: 3 } as const;

/** A learned rate is believed so many times above or below the configured one. */
const mostOff = 4;

const noWork: Work = { acked: 0, busySeconds: 0 };

/** Replicas that hold work: one message each at least, so never more than there are messages. */
export function busyReplicas(unacknowledged: number, readyReplicas: number): number {
  return Math.min(Math.ceil(unacknowledged), readyReplicas);
}

/** Adds what was acknowledged and how long replicas were busy for it; a ratio of sums stays right for jobs longer than a refresh. */
export function learnService(before: ServiceState | undefined, sample: ServiceSample): ServiceState {
  const { saturated = noWork, any = noWork, busy = [], at } = before ?? {};
  if (at !== undefined && sample.at <= at) return { saturated, any, busy, at };
  const seconds = Math.min(longestSampleSeconds, sample.at - (at ?? sample.at - firstSampleSeconds));
  const now = busyReplicas(sample.unacknowledged, sample.readyReplicas);
  const history = [
    // Twice the span, so that the whole of it is covered after the lag has been taken off.
    ...busy.filter((old) => sample.at - old.at < 2 * rateWindow.seconds),
    { at: sample.at, replicas: now },
  ];
  const mean = meanBusy(history, sample.at - rateWindow.lagSeconds);
  return {
    at: sample.at,
    busy: history,
    any: addWork(any, sample, mean, seconds),
    saturated: sample.ready > 0 ? addWork(saturated, sample, mean, seconds) : saturated,
  };
}

/** Busy replicas over the span that the ack rate is the mean of: at a start, acks of 2 s must not meet replicas of 10 s. */
function meanBusy(history: readonly BusySample[], end: number): number {
  let replicaSeconds = 0;
  let seconds = 0;
  for (const [index, sample] of history.entries()) {
    const from = Math.max(end - rateWindow.seconds, history[index - 1]?.at ?? -Infinity);
    const to = Math.min(end, sample.at);
    // Since when the first sample has held is not known.
    if (to <= from || index === 0) continue;
    replicaSeconds += sample.replicas * (to - from);
    seconds += to - from;
  }
  return seconds > 0 ? replicaSeconds / seconds : (history.at(-1)?.replicas ?? 0);
}

/**
 * Messages one replica finishes per second. Saturated work comes first, since a replica that works on several messages at
 * once looks slower while it is not full; a configured rate next. Undefined until one of them is known.
 */
export function serviceRate(state: ServiceState | undefined, configured?: number): number | undefined {
  const saturated = state === undefined ? undefined : rateOf(state.saturated, enough.saturated);
  // Learned before configured: the jobs of today, not those of the day the number was written.
  if (saturated !== undefined) return within(saturated, configured);
  return configured ?? (state === undefined ? undefined : rateOf(state.any, enough.any));
}

/** No further from what is configured than four times: replicas whose database hangs are no reason to start hundreds more. */
function within(rate: number, configured: number | undefined): number {
  if (configured === undefined) return rate;
  return Math.min(Math.max(rate, configured / mostOff), configured * mostOff);
}

function addWork(work: Work, sample: ServiceSample, busy: number, seconds: number): Work {
  // Acks without a busy replica belong to a span that was not seen.
  if (busy === 0) return work;
  const keep = 2 ** (-seconds / halfLifeSeconds);
  return { acked: work.acked * keep + sample.ackRate * seconds, busySeconds: work.busySeconds * keep + busy * seconds };
}

function rateOf(work: Work, enoughAcks: number): number | undefined {
  return work.acked >= enoughAcks && work.busySeconds > 0 ? work.acked / work.busySeconds : undefined;
}
