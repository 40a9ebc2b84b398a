import type { RateSample } from "../state.ts";

/** Arrivals per second. */
export interface ArrivalRates {
  /** The mean over the window: what goes on for longer than a start takes. */
  readonly steady: number;
  /** The rate of the last 10 s, by the statistics or by the queue's growth, where it is higher by 3 sigma; otherwise the mean. */
  readonly burst: number;
}

/** By how much a queue has grown. */
export interface Growth {
  readonly messages: number;
  readonly seconds: number;
}

/** Over less time the chance of single arrivals decides; three refreshes of the broker's statistics. */
const shortestWindowSeconds = 15;

/** A forecast needs to have looked back for as long as it looks ahead; twice, so that its own error stays the smaller one. */
const windowPerDelay = 2;

/** Two refreshes of the broker's statistics: the shortest span over which a burst shows. */
const burstSeconds = 10;

/** A burst must stand out by this many standard deviations of a Poisson count. */
const burstSigmas = 3;

/** What the first sample is taken to cover: one refresh of the broker's statistics. */
const firstSampleSeconds = 5;

/** Seconds of arrivals to average over before an order is placed that takes `readinessDelaySeconds` to help. */
export function rateWindowSeconds(readinessDelaySeconds: number): number {
  return Math.max(shortestWindowSeconds, windowPerDelay * readinessDelaySeconds);
}

/** Undefined without a sample. Each sample holds for the time since the one before it. */
export function arrivalRates(samples: readonly RateSample[], windowSeconds: number): ArrivalRates | undefined {
  if (samples.length === 0) return undefined;
  const steady = meanRate(samples, windowSeconds);
  const last = meanRate(samples, burstSeconds);
  // The standard deviation of a Poisson count N is √N, hence √(rate × span) ÷ span for a rate.
  const sigma = Math.sqrt(steady * burstSeconds) / burstSeconds;
  // Upwards only: a lull of 10 s is no reason to think that the arrivals have ended.
  return { steady, burst: last > steady + burstSigmas * sigma ? last : steady };
}

/**
 * The rates with what a queue's growth says of a burst: at least so many have arrived, and it is known at once, while statistics
 * are seconds old. What began meanwhile is left out, since at the begin of a burst nobody has begun much of it.
 */
export function withGrowth(rates: ArrivalRates, { messages, seconds }: Growth): ArrivalRates {
  const rate = messages / seconds;
  const sigma = Math.sqrt(rates.steady * seconds) / seconds;
  return rate > Math.max(rates.burst, rates.steady + burstSigmas * sigma) ? { ...rates, burst: rate } : rates;
}

/** Walks back from the newest sample until the span is covered. */
function meanRate(samples: readonly RateSample[], windowSeconds: number): number {
  let seconds = 0;
  let jobs = 0;
  for (let i = samples.length - 1; i >= 0 && seconds < windowSeconds; i--) {
    const sample = samples[i] as RateSample;
    const span = Math.min(windowSeconds, sample.at - (samples[i - 1]?.at ?? sample.at - firstSampleSeconds));
    seconds += span;
    jobs += sample.rate * span;
  }
  return jobs / seconds;
}
