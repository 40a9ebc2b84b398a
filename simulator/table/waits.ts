import type { Run } from "../model.ts";

/** The smallest of ascending values that at least a share of them does not exceed (nearest rank); null of none. */
export function percentile(sorted: Float64Array, share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

/** Sums of floating point come near the end of a run, not to it. */
const nearly = 1e-6;

/**
 * Seconds from the largest backlog of the run until nobody waits; 0 when nobody ever does, null when somebody still does at
 * the end.
 */
export function drainSeconds(
  { waits, seconds }: Pick<Run, "waits" | "seconds">,
  arrivals: Float64Array,
): number | null {
  // Whoever begins at once was never part of a backlog.
  const came = arrivals.filter((_, job) => (waits[job] ?? 0) > 0);
  // In the order of time, not of jobs: one that was redelivered begins again, later than its turn.
  const begins = arrivals
    .map((at, job) => at + (waits[job] ?? 0))
    .filter((_, job) => (waits[job] ?? 0) > 0)
    .sort();
  let [arrived, largest, from, until] = [0, 0, 0, 0];
  for (const [begun, begin] of begins.entries()) {
    while ((came[arrived] ?? Infinity) <= begin) arrived++;
    // Before this one begins: the most there is until the next arrival.
    const backlog = arrived - begun;
    if (backlog > largest) [largest, from, until] = [backlog, came[arrived - 1] ?? 0, Infinity];
    if (backlog === 1 && until === Infinity) until = begin;
  }
  return until >= seconds - nearly ? null : until - from;
}
