import type { PolicyKind, Run } from "../model.ts";
import { interval, type Interval } from "./interval.ts";

/** What one run came to; null: unknown, or never. Shares are 0 to 1. */
export interface Measures {
  /** Of jobs that waited longer than they may. */
  readonly lateShare: number;
  readonly waitP50: number | null;
  readonly waitP99: number | null;
  readonly podHours: number;
  /** Pod-hours ÷ those of the optimum with the same share of late jobs. */
  readonly overOptimum: number | null;
  /** More jobs were late than at the optimum's lowest price of a late job: `overOptimum` is at least what it says. */
  readonly isAtLeast: boolean;
  readonly startsPerHour: number;
  /** Changes of the count. */
  readonly movesPerHour: number;
  readonly redelivered: number;
  /** From the largest backlog until nobody waits. */
  readonly drainSeconds: number | null;
  /** Percent of the demand that was not there, and that was there for nothing; time means over a demand above 0. */
  readonly thetaU: number | null;
  readonly thetaO: number | null;
  /** Percent of the time with too few, and with too many. */
  readonly tauU: number | null;
  readonly tauO: number | null;
  /** Percent of the time steps in which supply and demand went different ways. */
  readonly upsilon: number | null;
  /** Changes of the supply less those of the demand, per minute. */
  readonly jitter: number | null;
}

/** One setting of an autoscaler over all seeds. */
export type Outcome = Pick<PolicyKind, "name" | "setting"> & {
  readonly [Figure in Figures]: Interval | null;
} & Pick<{ readonly [Figure in Figures]: Interval }, "lateShare" | "podHours"> & {
    /** With some seed. */
    readonly isAtLeast: boolean;
    /** In the order of the seeds: what two autoscalers are compared by. */
    readonly podHoursOfSeeds: readonly number[];
  };

type Figures = Exclude<keyof Measures, "isAtLeast">;

/** What tuning goes by: quick to tell. */
export type Rough = Pick<Measures, "lateShare" | "podHours">;

export const roughOf = ({ jobs, late, podSeconds }: Run): Rough => ({
  // A window without jobs is a mistake of ours, which a share of 0 would hide.
  lateShare: jobs === 0 ? NaN : late / jobs,
  podHours: podSeconds / 3600,
});

/** Means and intervals over the runs of one setting, one for each seed. Throws a RangeError without runs. */
export function outcomeOf({ name, setting }: Pick<PolicyKind, "name" | "setting">, runs: readonly Measures[]): Outcome {
  const of = (measure: Figures): Interval | null => interval(runs.map((run) => run[measure]));
  const [lateShare, podHours] = [of("lateShare"), of("podHours")];
  if (lateShare === null || podHours === null) throw new RangeError(`${name} ${setting} has no runs`);
  return {
    ...{ name, setting, lateShare, podHours },
    ...{ waitP50: of("waitP50"), waitP99: of("waitP99"), overOptimum: of("overOptimum") },
    ...{ startsPerHour: of("startsPerHour"), movesPerHour: of("movesPerHour"), redelivered: of("redelivered") },
    ...{ drainSeconds: of("drainSeconds"), thetaU: of("thetaU"), thetaO: of("thetaO"), tauU: of("tauU") },
    ...{ isAtLeast: runs.some(({ isAtLeast }) => isAtLeast), podHoursOfSeeds: runs.map((run) => run.podHours) },
    ...{ tauO: of("tauO"), upsilon: of("upsilon"), jitter: of("jitter") },
  };
}
