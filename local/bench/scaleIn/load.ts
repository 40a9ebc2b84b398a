import { exponential, seededRandom } from "../../demo/seededRandom.ts";

export interface Job {
  /** Seconds from the begin of the load. */
  readonly at: number;
  readonly workSeconds: number;
}

/** Share of long jobs, and the mean times of both kinds in seconds. */
export interface WorkTimes {
  readonly shortSeconds: number;
  readonly longSeconds: number;
  readonly longShare: number;
}

/** By how the times of work stand to the broker's default statistics interval of 5 s. */
export const workTimes = {
  short: { shortSeconds: 1, longSeconds: 5, longShare: 0.2 },
  mixed: { shortSeconds: 2, longSeconds: 20, longShare: 0.3 },
  long: { shortSeconds: 20, longSeconds: 40, longShare: 0.3 },
} as const satisfies Record<string, WorkTimes>;

export type WorkKind = keyof typeof workTimes;

/** One wave: busy at first, then calm, so that the count rises and falls. In mean times of work, at least so many seconds. */
const wave = { busy: 1, calm: 1.25, shortestBusySeconds: 12, shortestCalmSeconds: 15 } as const;
/** Jobs under way on average. */
const underWay = { busy: 8, calm: 2.5 } as const;

/** Poisson arrivals in waves that keep so many jobs under way on average; the same for the same seed. */
export function arrivals(kind: WorkKind, seconds: number, seed: number): Job[] {
  const random = seededRandom(seed);
  const { shortSeconds, longSeconds, longShare } = workTimes[kind];
  const workSeconds = (): number => {
    const mean = random() < longShare ? longSeconds : shortSeconds;
    // Between half and one and a half of the mean: work of one kind is alike.
    return mean * (0.5 + random());
  };
  const meanSeconds = longSeconds * longShare + shortSeconds * (1 - longShare);
  const busySeconds = Math.max(wave.shortestBusySeconds, wave.busy * meanSeconds);
  const length = busySeconds + Math.max(wave.shortestCalmSeconds, wave.calm * meanSeconds);
  const jobs: Job[] = [];
  for (let begin = 0; begin < seconds; begin += length) {
    for (let count = 0; count < underWay.busy; count++) jobs.push({ at: begin, workSeconds: workSeconds() });
    for (let at = begin; ;) {
      at += (exponential(random) * meanSeconds) / (at - begin < busySeconds ? underWay.busy : underWay.calm);
      if (at >= begin + length) break;
      jobs.push({ at, workSeconds: workSeconds() });
    }
  }
  return jobs.filter(({ at }) => at < seconds);
}
