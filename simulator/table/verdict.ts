import type { Cell } from "./cell.ts";
import { lateTarget } from "./choose.ts";
import { interval } from "./interval.ts";
import type { Outcome } from "./measures.ts";

/** Which of two is cheaper, or that the 95 % t-interval of their difference over the seeds holds 0. */
export type Comparison = boolean | "too near";

/** What is asked of ours in a cell; null: not asked there. */
export interface Verdict {
  /** With a wait of at least twice the delay: at most 1 % late, for at most 1.10 times the optimum. */
  readonly nearOptimum: boolean | null;
  /** With a wait of one to two delays: at most 1 % late, for at most 1.30 times the optimum. */
  readonly withinReach: boolean | null;
  /** No dearer than the smallest constant count within 1 %, and no more late than 1 % where that exists. */
  readonly notWorseThanStatic: Comparison | null;
  /** Cheaper than every baseline that is late no more than 1 %, or than ours. */
  readonly belowBaselines: Comparison | null;
}

/** What was compared in a cell. */
interface Compared {
  readonly ours: Outcome;
  readonly best: Outcome | null;
  readonly staticPeak: Outcome | null;
}

/** Lateness and the ratio to the optimum by the means over the seeds, costs of two seed by seed. */
export function verdictOf(
  { maxWaitSeconds, readinessSeconds }: Pick<Cell, "maxWaitSeconds" | "readinessSeconds">,
  { ours, best, staticPeak }: Compared,
): Verdict {
  const times = maxWaitSeconds / readinessSeconds;
  const isLate = ours.lateShare.mean > lateTarget;
  const within = (ratio: number): boolean => !isLate && ours.overOptimum !== null && ours.overOptimum.mean <= ratio;
  return {
    nearOptimum: times >= 2 ? within(1.1) : null,
    withinReach: times >= 1 && times < 2 ? within(1.3) : null,
    notWorseThanStatic: staticPeak && !isLate && cheaper(ours, staticPeak, (difference) => difference <= 0),
    // Nobody else is as punctual: there is no cost to compare.
    belowBaselines: best && cheaper(ours, best, (difference) => difference < 0),
  };
}

/** Both had the same jobs with each seed, so what jobs cost everybody falls out. One seed has no interval: it decides. */
function cheaper(ours: Outcome, other: Outcome, isCheaper: (difference: number) => boolean): Comparison {
  const differences = ours.podHoursOfSeeds.map((hours, seed) => hours - (other.podHoursOfSeeds[seed] ?? NaN));
  const { mean, halfWidth } = interval(differences) ?? { mean: NaN, halfWidth: null };
  const holdsZero = halfWidth !== null && halfWidth > 0 && Math.abs(mean) <= halfWidth;
  return holdsZero ? "too near" : isCheaper(mean);
}
