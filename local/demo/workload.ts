import { randomUUID } from "node:crypto";
import { exponential, seededRandom } from "./seededRandom.ts";
import type { Trace } from "./trace.ts";

/** One job of the schedule. Times in seconds; `at` counts from the start of publishing. */
export interface Job {
  /** A UUID, since it becomes the execution's own. */
  readonly id: string;
  readonly at: number;
  readonly workSeconds: number;
}

/** What is asked for; the trace gives the shape alone. */
export interface WorkloadOptions {
  /** The trace is compressed or stretched to this length. */
  readonly seconds: number;
  readonly jobs: number;
  readonly meanWorkSeconds: number;
  /** Of the durations where the trace has none. */
  readonly seed: number;
}

/** A job takes at most so many means: one giant must not decide the run's length. */
const longestInMeans = 10;
const shortestSeconds = 0.01;

/**
 * A schedule with the shape of the trace. Every n-th arrival is taken, so that bursts keep their share of all jobs. Durations
 * follow the sizes in the trace, else an exponential distribution; before the cut at ten means they have the mean asked for.
 */
export function workload(trace: Trace, { seconds, jobs, meanWorkSeconds, seed }: WorkloadOptions): readonly Job[] {
  const random = seededRandom(seed);
  const drawn = sample(trace, jobs);
  const sizes = drawn.flatMap(({ size }) => (size === undefined ? [] : [size]));
  const meanSize = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  return drawn.map(({ at, size }) => {
    const means = size === undefined ? exponential(random) : size / meanSize;
    return {
      // From no seed: the same jobs in two runs are still different ones.
      id: randomUUID(),
      at: (at / trace.seconds) * seconds,
      workSeconds: Math.max(shortestSeconds, Math.min(means, longestInMeans) * meanWorkSeconds),
    };
  });
}

/** A drawn request; `at` in seconds of the trace. */
interface Arrival {
  readonly at: number;
  readonly size?: number;
}

/** Systematic sampling: arrivals at equal steps of the cumulated count. */
function sample({ points }: Trace, jobs: number): Arrival[] {
  const total = points.reduce((sum, { count }) => sum + count, 0);
  const step = total / jobs;
  const arrivals: Arrival[] = [];
  let before = 0;
  for (const { at, count, binSeconds, size } of points) {
    for (;;) {
      // The middle of each step, so that neither end of the trace is favoured.
      const into = (arrivals.length + 0.5) * step - before;
      if (into >= count || arrivals.length === jobs) break;
      arrivals.push({ at: at + binSeconds * (into / count), ...(size === undefined ? {} : { size }) });
    }
    before += count;
  }
  return arrivals;
}
