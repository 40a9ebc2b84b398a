/** What the size of a target follows from. Rates in messages per second, the service rate of one replica. */
export interface Demand {
  readonly arrivalRate: number;
  readonly serviceRate: number;
  /** Messages that will wait when a replica ordered now is Ready. */
  readonly projectedBacklog: number;
  readonly drainSeconds: number;
  /** Multiple of √(offered load). */
  readonly headroom: number;
}

/** A whole count, not yet clamped by any bound. */
export interface Size {
  readonly replicas: number;
  readonly decidedBy: "OfferedLoad" | "DrainBacklog";
}

/** Seconds to drain the backlog in: max(W − L, W/5); without the fifth the count explodes as the delay nears the wait. */
export function drainSeconds(maxWaitSeconds: number, readinessDelaySeconds: number): number {
  return Math.max(maxWaitSeconds - readinessDelaySeconds, maxWaitSeconds / 5);
}

/**
 * ceil(max(R + h√R, (λ + q/D) ÷ μ)): the offered load R = λ/μ with square-root staffing (Halfin and Whitt, 1981), or the rate
 * that carries the arrivals and drains the projected backlog q within D seconds.
 */
export function sizeFor(demand: Demand): Size {
  const offeredLoad = demand.arrivalRate / demand.serviceRate;
  const steady = offeredLoad + demand.headroom * Math.sqrt(offeredLoad);
  const draining = (demand.arrivalRate + demand.projectedBacklog / demand.drainSeconds) / demand.serviceRate;
  // A hair below a whole number is that number: 3.0000000000000004 replicas are 3.
  const replicas = Math.max(0, Math.ceil(Math.max(steady, draining) - 1e-9));
  return { replicas, decidedBy: draining > steady ? "DrainBacklog" : "OfferedLoad" };
}
