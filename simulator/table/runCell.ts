import type { PolicyKind } from "../model.ts";
import { buildWorkload } from "../workloads/windows.ts";
import { Bench } from "./bench.ts";
import { scenarioOf, type Cell } from "./cell.ts";
import { byCost, lateTarget } from "./choose.ts";
import { interval, type Interval } from "./interval.ts";
import type { Outcome } from "./measures.ts";
import { contendersOf, staticPeak, type Contender } from "./tune.ts";
import { verdictOf, type Verdict } from "./verdict.ts";

/** Who takes part. */
export interface Field {
  /** One setting for all cells. */
  readonly ours: PolicyKind;
  /** Settings of all baselines, to choose from with hindsight. */
  readonly baselines: readonly PolicyKind[];
  /** Ours with a part switched off. */
  readonly ablations: readonly { readonly name: string; readonly policy: PolicyKind }[];
}

/** All that a cell came to. */
export interface CellResult {
  readonly window: string;
  readonly readinessSeconds: number;
  readonly maxWaitSeconds: number;
  readonly jobs: Interval;
  /** Pod-hours of the cheapest schedule with 1 % late; null where none within the bounds has it. */
  readonly optimum: Interval | null;
  readonly ours: Outcome;
  /** The best setting of each family of baselines, the cheapest within the target first. */
  readonly baselines: readonly Outcome[];
  /** The cheapest baseline that is late no more than 1 % or than ours; null: none is. */
  readonly best: Outcome | null;
  /** The smallest constant count within the target; null: none within the bounds. */
  readonly staticPeak: Outcome | null;
  readonly ablations: readonly Outcome[];
  readonly verdict: Verdict;
}

/** Runs a cell with the seeds from 1 on. */
export function runCell(cell: Cell, seeds: number, fieldOf: (bench: Bench) => Field): CellResult {
  const draws = Array.from({ length: seeds }, (_, index) => ({
    ...{ seed: index + 1, workload: buildWorkload(cell.window, index + 1) },
  }));
  const bench = new Bench(draws, scenarioOf(cell));
  const field = fieldOf(bench);
  const ours = bench.outcome(field.ours);
  // Where ours is late, baselines may be as late: cost is compared at equal lateness.
  const allowed = Math.max(lateTarget, ours.lateShare.mean);
  const contenders = contendersOf(bench, field.baselines, [lateTarget, allowed]);
  const best = bestOf(bench, contenders, allowed);
  const constant = staticPeak(bench);
  return {
    ...{ window: cell.window.name, readinessSeconds: cell.readinessSeconds, maxWaitSeconds: cell.maxWaitSeconds },
    // There is at least one seed.
    jobs: interval(draws.map(({ workload }) => workload.arrivals.length)) as Interval,
    optimum: interval(draws.map((draw) => bench.optimum(draw, lateTarget))),
    ...{ ours, best, staticPeak: constant },
    baselines: bestOfFamilies(contenders).map(({ policy, runs }) => bench.outcomeOf(policy, runs)),
    ablations: field.ablations.map(({ name, policy }) => ({ ...bench.outcome(policy), name })),
    verdict: verdictOf(cell, { ours, best, staticPeak: constant }),
  };
}

function bestOf(bench: Bench, contenders: readonly Contender[], allowed: number): Outcome | null {
  const [best] = contenders.filter(({ lateShare }) => lateShare <= allowed).sort(byCost(allowed));
  return best === undefined ? null : bench.outcomeOf(best.policy, best.runs);
}

function bestOfFamilies(contenders: readonly Contender[]): Contender[] {
  const families = Map.groupBy(contenders, ({ policy }) => policy.name);
  return [...families.values()]
    .flatMap((family) => family.sort(byCost(lateTarget)).slice(0, 1))
    .sort(byCost(lateTarget));
}
