/**
 * The clairvoyant optimum: what the cheapest schedule of replicas would have cost, had it known all arrivals.
 *
 * Time is cut into slots k of length Δ. With A_k arrivals, n_k ready replicas of rate μ and first in, first out, the backlog
 * is q_k = max(0, q_(k-1) + A_k − μ n_k Δ). Who knows the future orders a replica one readiness delay before it is needed, so
 * that the delay is nothing but a price of the start: L + β pod-seconds. The cost of a schedule is
 *
 *     Σ n_k Δ  +  (L + β) Σ max(0, n_k − n_(k-1))  +  price × late jobs
 *
 * which is right-sizing with switching costs (Lin, Wierman, Andrew and Thereska, "Dynamic right-sizing for power-proportional
 * data centers", INFOCOM 2011) for work that may wait, as far as its deadline. Without any wait the levels of replicas
 * decouple, and each is kept through a gap no longer than its start costs (Lu and Chen, "Simple and effective dynamic
 * provisioning for power-proportional data centers", CISS 2012). With a wait they do not, hence the dynamic program over
 * (replicas, backlog): a sweep up and a sweep down over the replicas make a slot cost as much as its table is large.
 *
 * It bounds from below what any autoscaler can reach at the same share of late jobs:
 * - a fluid wastes nothing, where a replica works on whole jobs;
 * - the jobs of a slot share its latest deadline, and may be served anywhere in their slot;
 * - a job may be served until maximum wait + one service time after its arrival: one that begins in time is done by then;
 * - arrivals are rounded down, in total by less than one step of the backlog.
 *
 * Not covered: replicas that start and stop within a slot, which are charged for the whole of it here; service times that
 * differ, unless the service rate is that of the same jobs; jobs still unserved or in service at a run's end, which the
 * program serves and pays for. With a finite price the late jobs of a slot are told to within one step.
 */
import type { FrontierPoint } from "./hull.ts";
import type { OptimumOptions } from "./options.ts";
import { programOf, type Program } from "./program.ts";
import { solve, type Solution } from "./solve.ts";

export { isBeyond, podHoursAt, type FrontierPoint } from "./hull.ts";
export type { OptimumOptions } from "./options.ts";

/** Prices of a late job as multiples of a start with the work of one job: from "a burst may be late" to "hardly a job". */
const priceFactors = [Infinity, 1 / 2, 1 / 8, 1 / 32, 1 / 128, 1 / 512] as const;

/**
 * The least pod-hours for each price of a late job, in pod-seconds; Infinity: none late. By rising share of late jobs. A price
 * at which the bounds admit no schedule that ends with an empty queue has no point.
 *
 * @throws RangeError for options out of their bounds.
 */
export function frontier(
  options: OptimumOptions,
  prices: readonly number[] = defaultPrices(options),
): readonly FrontierPoint[] {
  const program = programOf(options);
  const points: FrontierPoint[] = [];
  let onTime: Solution | undefined;
  for (const price of prices.map(checked).sort((a, b) => a - b)) {
    // Who lets nobody be late at one price does not at a higher one.
    const solution = onTime ?? solve(program, price);
    if (solution === undefined) continue;
    if (solution.lateJobs === 0) onTime = solution;
    const lateShare = solution.lateJobs / Math.max(1, program.jobs);
    points.push({ price, lateShare, podHours: podHours(solution.podSeconds, program, options) });
  }
  return points.sort((a, b) => a.lateShare - b.lateShare || b.podHours - a.podHours);
}

/**
 * Replicas in each slot of the cheapest schedule at one price; empty when there is none. For pictures: `slotSeconds` of the
 * options, or what `slotSecondsOf` tells.
 *
 * @throws RangeError for options out of their bounds.
 */
export function schedule(options: OptimumOptions, price: number): readonly number[] {
  return solve(programOf(options), checked(price))?.replicas ?? [];
}

/** The length of the slots of `schedule`, in seconds. */
export function slotSecondsOf(options: OptimumOptions): number {
  return programOf(options).slotSeconds;
}

/** Pod-hours that no schedule goes below: all work without an idle moment, and the fewest replicas all the time. */
export function workBound(options: OptimumOptions): number {
  const { arrivals, serviceRate, minReplicas, seconds, maxWaitSeconds } = options;
  return Math.max(arrivals.length / serviceRate, minReplicas * (seconds + maxWaitSeconds)) / 3600;
}

/** A run ends with the last wait, before the last slot does: until then no run saves the fewest replicas, and then none pays. */
function podHours(podSeconds: number, program: Program, options: OptimumOptions): number {
  return Math.max(workBound(options), (podSeconds - program.minReplicas * program.overhangSeconds) / 3600);
}

function defaultPrices({ readinessSeconds, startPriceSeconds = 0, serviceRate }: OptimumOptions): readonly number[] {
  return priceFactors.map((factor) => factor * (readinessSeconds + startPriceSeconds + 1 / serviceRate));
}

function checked(price: number): number {
  if (!(price > 0)) throw new RangeError(`The price of a late job must be > 0, is ${price}`);
  return price;
}
