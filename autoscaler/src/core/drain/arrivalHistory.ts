import type { RateSample, WaitingSample } from "../state.ts";
import type { Growth } from "./arrivalRate.ts";

/** Samples older than this are merged: what they still tell is when old jobs came, roughly. */
const fineSeconds = 60;

/** Nobody saw what arrived in a longer gap. */
export const longestSampleSeconds = 20;

/** Merged samples that cover the rest of the span: a bound on the state whatever the maximum wait is. */
const coarseSamples = 32;

/** The same of lows: every tick gives one, and after this time the statistics tell the ages as well. */
const fineLowSeconds = 20;
const coarseLows = 16;

/** A broker's statistics are refreshed every 5 s, polls come oftener: for so long the same rate is the same statistics. */
const refreshSeconds = 6;

/** A sample is the mean of 10 s that ended a moment ago, but stands for the 5 s since the one before: it is late by this. */
const sampleLagSeconds = 3.5;

/** Since when (epoch seconds) samples have come without a gap; undefined without a sample. */
export function seenSince(samples: readonly RateSample[]): number | undefined {
  const newest = samples.at(-1)?.at ?? 0;
  const spanBefore = (i: number): number => (samples[i]?.at ?? 0) - (samples[i - 1]?.at ?? samples[i]?.at ?? 0);
  const gap = samples.findLastIndex(
    ({ at }, i) =>
      // Further back samples are merged, and a gap looks like a coarse step.
      newest - at < fineSeconds &&
      // A target that is looked at every minute has no gaps because of that.
      spanBefore(i) > Math.max(longestSampleSeconds, 3 * (spanBefore(i - 1) || longestSampleSeconds)),
  );
  return samples[Math.max(gap, 0)]?.at;
}

/** Samples, unless the newest is too old: rates that are not told any more must not be those of before. */
export function freshSamples(
  samples: readonly RateSample[],
  now: number,
  maxAgeSeconds: number,
): readonly RateSample[] {
  const newest = samples.at(-1);
  return newest === undefined || now - newest.at > maxAgeSeconds ? [] : samples;
}

/** Adds a sample and forgets what lies further back than `keepSeconds`; a repeated or older observation changes nothing. */
export function addSample(
  samples: readonly RateSample[],
  sample: RateSample,
  keepSeconds: number,
): readonly RateSample[] {
  const last = samples.at(-1);
  const rate = rounded(sample.rate);
  // Several polls see the same statistics: by its change a rate tells when they were refreshed.
  const least = rate === last?.rate ? refreshSeconds : 0;
  if (last !== undefined && sample.at - last.at <= least) return samples;
  const kept = samples.filter(({ at }) => sample.at - at < keepSeconds);
  return [...merge(kept, sample.at, keepSeconds), { ...sample, rate }];
}

/** Joins the two oldest neighbours that lie closer together than a coarse step. */
function merge(samples: readonly RateSample[], now: number, keepSeconds: number): readonly RateSample[] {
  const step = keepSeconds / coarseSamples;
  const place = samples.findIndex(
    ({ at }, i) => i > 0 && now - at > fineSeconds && at - (samples[i - 2]?.at ?? -Infinity) <= step,
  );
  const [before, one, other] = [samples[place - 2], samples[place - 1], samples[place]];
  if (before === undefined || one === undefined || other === undefined) return samples;
  const [first, second] = [one.at - before.at, other.at - one.at];
  const joined = { at: other.at, rate: rounded((one.rate * first + other.rate * second) / (first + second)) };
  return samples.toSpliced(place - 1, 2, joined);
}

/** To thousandths: the state is stored as text, and hundreds of targets share one ConfigMap. */
export const rounded = (value: number): number => Math.round(value * 1000) / 1000;

/** When the messages that wait were published, as far as the samples tell. */
export interface Backlog {
  /** Messages that wait now. */
  readonly waiting: number;
  /** Messages among them that were published up to `seconds` ago or earlier. */
  readonly olderThan: (seconds: number) => number;
}

/**
 * First come, first served: of `waiting` messages the youngest are those that arrived in the last seconds, and no more are older
 * than so many seconds than waited then. The statistics are seconds old, so at the begin of a burst only the latter is true.
 */
export function backlogOf(
  waiting: number,
  samples: readonly RateSample[],
  lows: readonly WaitingSample[],
  now: number,
): Backlog {
  const arrived = arrivedWithin(samples, now);
  // Oldest first, and older ones are lower: the first that is young enough is the lowest.
  const lowest = (seconds: number): number => lows.find(({ at }) => now - at <= seconds)?.waiting ?? Infinity;
  return { waiting, olderThan: (seconds) => Math.max(0, Math.min(waiting - arrived(seconds), lowest(seconds))) };
}

/** The span over which a queue's growth tells of a burst: within it one tick that came early or late does not matter. */
const growthSeconds = { least: 3, most: 10 } as const;

/** Growth since the queue was lowest within the last 10 s; undefined when it was lower just now, or nobody looked. */
export function growthOf(waiting: number, lows: readonly WaitingSample[], now: number): Growth | undefined {
  const low = lows.find(({ at }) => now - at <= growthSeconds.most);
  if (low === undefined || now - low.at < growthSeconds.least) return undefined;
  return { messages: waiting - low.waiting, seconds: now - low.at };
}

/** Adds what waits now; a higher count of before tells nothing more. */
export function addLow(
  lows: readonly WaitingSample[],
  low: WaitingSample,
  keepSeconds: number,
): readonly WaitingSample[] {
  const kept = lows.filter(({ at, waiting }) => waiting < low.waiting && low.at - at < keepSeconds);
  // While a queue grows every tick is a low: to leave one out only lets messages be taken for older than they are.
  const dense = kept.findIndex(
    ({ at }, i) => low.at - at > fineLowSeconds && at - (kept[i - 1]?.at ?? -Infinity) < keepSeconds / coarseLows,
  );
  return [...(dense === -1 ? kept : kept.toSpliced(dense, 1)), low];
}

/** Seconds that the oldest of the waiting messages has waited, to half a second; 0 when none waits. */
export function oldestSeconds({ waiting, olderThan }: Backlog, longestSeconds: number): number {
  if (waiting <= 0) return 0;
  let [low, high] = [0, longestSeconds];
  while (high - low > 0.5) {
    const middle = (low + high) / 2;
    if (olderThan(middle) > 0) low = middle;
    else high = middle;
  }
  return high;
}

/** Messages that arrived in the last `seconds`: newest samples first, and the newest one goes on until now. */
function arrivedWithin(samples: readonly RateSample[], now: number): (seconds: number) => number {
  const ages: number[] = [0];
  const counts: number[] = [0];
  for (let i = samples.length - 1; i >= 0; i--) {
    const { at, rate } = samples[i] as RateSample;
    const begin = (samples[i - 1]?.at ?? at - 5) - sampleLagSeconds;
    const age = Math.max(now - begin, ages.at(-1) ?? 0);
    counts.push((counts.at(-1) ?? 0) + rate * (age - (ages.at(-1) ?? 0)));
    ages.push(age);
  }
  return (seconds) => {
    const place = ages.findIndex((age) => age >= seconds);
    // Further back than the samples reach nobody knows: all that waits may be younger.
    if (place === -1) return Infinity;
    const [age0, age1] = [ages[place - 1] ?? 0, ages[place] as number];
    const [count0, count1] = [counts[place - 1] ?? 0, counts[place] as number];
    return age1 === age0 ? count1 : count0 + ((count1 - count0) * (seconds - age0)) / (age1 - age0);
  };
}
