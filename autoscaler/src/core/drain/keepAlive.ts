import type { Recommendation } from "../state.ts";

/** A quarter of what a start costs: bursts of noise are sat out, and no more is paid than a quarter more than in hindsight. */
const delaysKept = 0.25;

/**
 * The highest count wanted within a quarter of the readiness delay. Ski rental: to keep a replica for up to the price of a
 * start costs at most twice the best in hindsight (Karlin et al., 1988); less is enough where starts are rarely regretted.
 */
export function keptAlive(wanted: readonly Recommendation[], now: number, readinessDelaySeconds: number): number {
  const recent = wanted.filter(({ at }) => now - at < delaysKept * readinessDelaySeconds);
  return Math.max(0, ...recent.map(({ replicas }) => replicas));
}

/** Adds what is wanted now; what a later one reaches or time has passed over is forgotten. */
export function rememberWanted(
  wanted: readonly Recommendation[],
  { at, replicas }: Recommendation,
  readinessDelaySeconds: number,
): readonly Recommendation[] {
  const kept = wanted.filter((old) => old.replicas > replicas && at - old.at < delaysKept * readinessDelaySeconds);
  return [...kept, { at, replicas }];
}
