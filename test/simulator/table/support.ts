import type { Interval } from "../../../simulator/table/interval.ts";
import type { Outcome } from "../../../simulator/table/measures.ts";

export const exactly = (mean: number): Interval => ({ mean, halfWidth: null });

/** An outcome with only the figures that matter to a test. */
export function outcome(figures: {
  name?: string;
  setting?: string;
  late: number;
  podHours: number;
  overOptimum?: number;
  isAtLeast?: boolean;
  /** Absent: one, of `podHours`. */
  podHoursOfSeeds?: readonly number[];
}): Outcome {
  const { name = "some", setting = "set", late, podHours, overOptimum, isAtLeast = false } = figures;
  const { podHoursOfSeeds = [podHours] } = figures;
  return {
    ...{ name, setting, lateShare: exactly(late), podHours: exactly(podHours) },
    ...{ isAtLeast, podHoursOfSeeds },
    overOptimum: overOptimum === undefined ? null : exactly(overOptimum),
    ...{ waitP50: null, waitP99: null, startsPerHour: null, movesPerHour: null, redelivered: null, drainSeconds: null },
    ...{ thetaU: null, thetaO: null, tauU: null, tauO: null, upsilon: null, jitter: null },
  };
}
