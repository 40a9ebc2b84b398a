import type { RateSample } from "../state.ts";

/** Enough jobs for a rate with about 13 % standard error, in no less than three and no more than 24 refreshes of the statistics. */
const window = { jobs: 60, minSeconds: 15, maxSeconds: 120 } as const;

/** Two refreshes of the broker's statistics: the shortest span over which a burst shows. */
const burstSeconds = 10;

/** A burst must stand out by this many standard deviations of a Poisson count. */
const burstSigmas = 3;

/** What the first sample is taken to cover: one refresh of the broker's statistics. */
const firstSampleSeconds = 5;

/** Samples that may still count at `now`: hours without rates must not be sized by what came before. */
export function youngSamples(samples: readonly RateSample[], now: number): readonly RateSample[] {
  // Nearly always all of them are.
  const [oldest] = samples;
  return oldest === undefined || now - oldest.at <= window.maxSeconds * 2
    ? samples
    : samples.filter(({ at }) => now - at <= window.maxSeconds * 2);
}

/** Adds a sample and forgets what lies outside the longest window; a repeated or older observation changes nothing. */
export function addSample(samples: readonly RateSample[], sample: RateSample): readonly RateSample[] {
  const last = samples.at(-1);
  // Several ticks see the same statistics of a broker, which must not count several times.
  if (last !== undefined && sample.at <= last.at) return samples;
  return [...samples.filter((old) => sample.at - old.at < window.maxSeconds), sample];
}

/**
 * Arrivals per second: the mean over an adaptive window, or the rate of the last 10 s where that is higher by 3 sigma.
 * Undefined without a sample.
 */
export function arrivalRate(samples: readonly RateSample[]): number | undefined {
  if (samples.length === 0) return undefined;
  const mean = meanRate(samples, (seconds, jobs) => seconds >= window.minSeconds && jobs >= window.jobs);
  const burst = meanRate(samples, (seconds) => seconds >= burstSeconds);
  // The standard deviation of a Poisson count N is √N, hence √(rate × span) ÷ span for a rate.
  const sigma = Math.sqrt(mean * burstSeconds) / burstSeconds;
  // Upwards only: a lull of 10 s is no reason to think that the arrivals have ended.
  return burst > mean + burstSigmas * sigma ? burst : mean;
}

/** Each sample holds for the time since the one before it; walks back from the newest until `enough`. */
function meanRate(samples: readonly RateSample[], enough: (seconds: number, jobs: number) => boolean): number {
  let seconds = 0;
  let jobs = 0;
  for (let i = samples.length - 1; i >= 0 && !enough(seconds, jobs); i--) {
    const sample = samples[i] as RateSample;
    // After a gap the sample stands for no more than the window: nobody saw what arrived meanwhile.
    const span = Math.min(window.maxSeconds, sample.at - (samples[i - 1]?.at ?? sample.at - firstSampleSeconds));
    seconds += span;
    jobs += sample.rate * span;
  }
  return jobs / seconds;
}
