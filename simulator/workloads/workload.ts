import type { Distribution, Workload } from "../model.ts";
import { poissonCount, sampler } from "../random/distribution.ts";
import { createRandom, seedFor, type Random } from "../random/random.ts";
import { meanRate, type Trace, type TracePoint } from "./trace.ts";

/**
 * How long jobs are worked on: drawn, or as long as the trace's sizes say. Sizes are stretched to `mean` seconds; without
 * it they are seconds already.
 */
export type ServiceTimes = Distribution | { readonly kind: "sizes"; readonly mean?: number };

/** What makes jobs of a trace. */
export interface WorkloadOptions {
  readonly services: ServiceTimes;
  /** Arrivals per second that bins are scaled to, as the mean over the trace; absent: as counted. */
  readonly rate?: number;
}

/**
 * Jobs of a trace. Single jobs come when they came. The jobs of a bin come at even odds anywhere in it, which is a Poisson
 * process given its count; a bin that is scaled has a Poisson count as well, since its own is not known. Throws a
 * RangeError for a trace without arrivals, for sizes that are not there, and for single jobs that would have to be scaled.
 */
export function workloadOf(trace: Trace, { services, rate }: WorkloadOptions, seed: number): Workload {
  const recorded = meanRate(trace);
  if (recorded <= 0) throw new RangeError(`${trace.name} holds no arrivals`);
  if (rate !== undefined && trace.points.some(({ binSeconds }) => binSeconds === 0))
    throw new RangeError(`${trace.name} holds single jobs, which cannot be scaled to ${rate} a second`);
  const scale = rate === undefined ? undefined : rate / recorded;
  const random = createRandom(seedFor(seed, "arrivals"));
  const arrivals = Float64Array.from(trace.points.flatMap((point) => arrivalsOf(point, scale, random)));
  return {
    name: trace.name,
    seconds: trace.seconds,
    arrivals,
    ...serviceTimes(services, trace, arrivals.length, seed),
  };
}

/** Ascending. */
function arrivalsOf({ at, count, binSeconds }: TracePoint, scale: number | undefined, random: Random): number[] {
  if (binSeconds === 0) return [at];
  const jobs = scale === undefined ? rounded(count, random) : poissonCount(count * scale, random);
  return Array.from({ length: jobs }, () => at + binSeconds * random()).sort((one, other) => one - other);
}

// Up with the odds of the fraction, so that thin bins do not all come to nothing.
const rounded = (count: number, random: Random): number =>
  Math.floor(count) + (random() < count - Math.floor(count) ? 1 : 0);

/** `count` service times with their mean, from random numbers of their own: other arrivals leave them as they are. */
export function serviceTimes(
  services: ServiceTimes,
  trace: Pick<Trace, "name" | "points">,
  count: number,
  seed: number,
): Pick<Workload, "services" | "meanServiceSeconds"> {
  if (services.kind !== "sizes") {
    const draw = sampler(services, createRandom(seedFor(seed, "services")));
    return { services: Float64Array.from({ length: count }, draw), meanServiceSeconds: services.mean };
  }
  const sizes = trace.points.flatMap(({ size }) => size ?? []);
  if (sizes.length !== count) throw new RangeError(`${trace.name} says the size of ${sizes.length} of ${count} jobs`);
  const mean = sizes.reduce((sum, size) => sum + size, 0) / count;
  const stretch = services.mean === undefined ? 1 : services.mean / mean;
  return { services: Float64Array.from(sizes, (size) => size * stretch), meanServiceSeconds: mean * stretch };
}
