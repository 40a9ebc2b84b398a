import type { Rough } from "./measures.ts";

/** At most this share of late jobs is what every autoscaler is asked for. */
export const lateTarget = 0.01;

/**
 * The better one first, to be sorted with: of settings within the allowed share of late jobs the cheaper, of others the less
 * late.
 */
export function byCost(allowed: number): (one: Rough, other: Rough) => number {
  const excess = ({ lateShare }: Rough): number => Math.max(0, lateShare - allowed);
  return (one, other) => excess(one) - excess(other) || one.podHours - other.podHours;
}

/** The smallest whole number in [from, to] that is enough; undefined when none is. More is never less. */
export function leastEnough(from: number, to: number, isEnough: (count: number) => boolean): number | undefined {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle + 1;
  }
  return low === high && isEnough(low) ? low : undefined;
}
