import type { Instant } from "./limit.ts";
import type { Behavior, Timer } from "./model.ts";
import type { Reason } from "./reasons.ts";
import type { Recommendation } from "./state.ts";

export interface Stabilised {
  readonly replicas: number;
  readonly reason: Reason | null;
}

/**
 * Moves the current count into the band of the recommendations inside both windows: at least the lowest of the scale-up window,
 * at most the highest of the scale-down window. Source: stabilizeRecommendationWithBehaviors of the HPA (ages are strict).
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
  const replicas = Math.min(Math.max(current, lowest), highest);
  if (replicas === recommended) return { replicas, reason: null };
  return { replicas, reason: replicas > recommended ? "ScaleDownStabilized" : "ScaleUpStabilized" };
}

/** Keeps what a window can still count. The unstabilised recommendation is what is remembered. */
export function remember(
  history: readonly Recommendation[],
  recommendation: Recommendation,
  behavior: Behavior,
): readonly Recommendation[] {
  const longest = Math.max(behavior.scaleUp.stabilizationWindowSeconds, behavior.scaleDown.stabilizationWindowSeconds);
  return [...history.filter(({ at }) => recommendation.at - at < longest), recommendation];
}

/** How long the scale-down window still holds the count above the recommendation. */
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
