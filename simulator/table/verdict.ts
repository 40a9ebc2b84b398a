import type { Cell } from "./cell.ts";
import { lateTarget } from "./choose.ts";
import type { Outcome } from "./measures.ts";

/** What is asked of ours in a cell; null: not asked there. */
export interface Verdict {
  /** With a wait of at least twice the delay: at most 1 % late, for at most 1.10 times the optimum. */
  readonly nearOptimum: boolean | null;
  /** With a wait of one to two delays: at most 1 % late, for at most 1.30 times the optimum. */
  readonly withinReach: boolean | null;
  /** No dearer than the smallest constant count within 1 %, and no more late than 1 % where that exists. */
  readonly notWorseThanStatic: boolean | null;
  /** Cheaper than every baseline that is late no more than 1 %, or than ours. */
  readonly belowBaselines: boolean | null;
}

/** What was compared in a cell. */
interface Compared {
  readonly ours: Outcome;
  readonly best: Outcome | null;
  readonly staticPeak: Outcome | null;
}

/** By the means over the seeds. */
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
    notWorseThanStatic: staticPeak && !isLate && ours.podHours.mean <= staticPeak.podHours.mean,
    // Nobody else is as punctual: there is no cost to compare.
    belowBaselines: best && ours.podHours.mean < best.podHours.mean,
  };
}
