import type { Instant } from "./limit.ts";
import type { Behavior, Timer } from "./model.ts";
import type { Reason } from "./reasons.ts";
import type { Recommendation } from "./state.ts";

/** A count after both windows; `reason` null: no window changed it. */
export interface Stabilised {
  readonly replicas: number;
  readonly reason: Reason | null;
}

/**
 * Moves the current count into the band of the recommendations inside both windows: at least the lowest of the scale-up window,
 * at most the highest of the scale-down window. Source: stabilizeRecommendationWithBehaviors of the HPA (ages are strict).
 * The older form, the highest of the window on each way down, could raise a count on old history (kubernetes/kubernetes#98174,
 * #96671).
 */
export function stabilise(
  recommended: number,
  at: Instant,
  history: readonly Recommendation[],
  behavior: Behavior,
): Stabilised {
  const { current, now } = at;
  const within = (seconds: number): number[] =>
    history.filter((old) => now - old.at < seconds).map(({ replicas }) => replicas);
  const lowest = Math.min(recommended, ...within(behavior.scaleUp.stabilizationWindowSeconds));
  const highest = Math.max(recommended, ...within(behavior.scaleDown.stabilizationWindowSeconds));
  // Current is moved, not the recommendation: between the two windows nothing has been agreed on for long enough.
  const replicas = Math.min(Math.max(current, lowest), highest);
  if (replicas === recommended) return { replicas, reason: null };
  return { replicas, reason: replicas > recommended ? "ScaleDownStabilized" : "ScaleUpStabilized" };
}

/**
 * Keeps what a window can still count: the unstabilised recommendations, each only as long as no later one reaches as far.
 * A later one outlives it, so it could never be the highest or lowest again: a history of hours stays a few entries.
 */
export function remember(
  history: readonly Recommendation[],
  recommendation: Recommendation,
  { scaleUp, scaleDown }: Behavior,
): readonly Recommendation[] {
  const kept = [recommendation];
  let highest = recommendation.replicas;
  let lowest = recommendation.replicas;
  // Newest first, so that `highest` and `lowest` are those of all later entries.
  for (const old of history.toReversed()) {
    const age = recommendation.at - old.at;
    const higher = old.replicas > highest && age < scaleDown.stabilizationWindowSeconds;
    const lower = old.replicas < lowest && age < scaleUp.stabilizationWindowSeconds;
    if (higher || lower) kept.push(old);
    highest = Math.max(highest, old.replicas);
    lowest = Math.min(lowest, old.replicas);
  }
  return kept.reverse();
}

/** Seconds for which the scale-down window still holds the count above the recommendation; empty when it does not. */
export function stabilisationTimer(
  recommended: number,
  history: readonly Recommendation[],
  now: number,
  behavior: Behavior,
): Timer[] {
  const seconds = behavior.scaleDown.stabilizationWindowSeconds;
  const holding = history.filter(({ at, replicas }) => replicas > recommended && now - at < seconds);
  if (holding.length === 0) return [];
  return [{ name: "scale-down window", secondsLeft: Math.max(...holding.map(({ at }) => seconds - (now - at))) }];
}
