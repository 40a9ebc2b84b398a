import type { PolicyKind } from "../model.ts";
import { staticReplicas } from "../policies/staticPeak.ts";
import type { Bench, DrawRun } from "./bench.ts";
import { byCost, lateTarget, leastEnough } from "./choose.ts";
import { roughOf, type Outcome, type Rough } from "./measures.ts";

/** A setting that has run with all seeds. */
export interface Contender extends Rough {
  readonly policy: PolicyKind;
  readonly runs: readonly DrawRun[];
}

/** Settings of a family that may run with all seeds, after one seed has ordered them. */
const finalists = 4;
/** What one seed says of cost may be off by this much, above which a setting is not looked at again. */
const doubt = 1.03;
/** And of lateness by this much: who is later still with one seed is not within the target with all of them. */
const lateDoubt = 2;

/** Settings worth all seeds: of each family the best for each share of late jobs that is allowed somewhere. */
export function contendersOf(bench: Bench, settings: readonly PolicyKind[], allowed: readonly number[]): Contender[] {
  const rated = settings.map((policy) => {
    const runs = bench.draws.slice(0, 1).map((draw) => bench.run(draw, policy));
    return { policy, runs, ...meanOf(runs) };
  });
  const known = new Map<PolicyKind, Contender>();
  for (const family of Map.groupBy(rated, ({ policy }) => policy.name).values())
    for (const share of new Set(allowed)) runFinalists(bench, family, share, known);
  return [...known.values()];
}

/** With one seed. */
type Rated = Contender;

function runFinalists(
  bench: Bench,
  family: readonly Rated[],
  allowed: number,
  known: Map<PolicyKind, Contender>,
): void {
  let [cheapest, left] = [Infinity, finalists];
  for (const rated of promising(family, allowed)) {
    // Not the end: those that one seed finds late come last, and may be cheaper.
    if (rated.podHours > cheapest * doubt) continue;
    if (left-- === 0) return;
    const contender = known.get(rated.policy) ?? contenderOf(bench, rated);
    known.set(rated.policy, contender);
    if (contender.lateShare <= allowed) cheapest = Math.min(cheapest, contender.podHours);
  }
}

/** Within the target by rising cost, then those within doubt of it, the least late first; or the least late of all. */
function promising(family: readonly Rated[], allowed: number): Rated[] {
  const ordered = family.toSorted(byCost(allowed));
  const near = ordered.filter(({ lateShare }) => lateShare <= allowed * lateDoubt);
  return near.length > 0 ? near : ordered.slice(0, 1);
}

function contenderOf(bench: Bench, { policy, runs: first }: Rated): Contender {
  const runs = [...first, ...bench.draws.slice(first.length).map((draw) => bench.run(draw, policy))];
  return { policy, runs, ...meanOf(runs) };
}

function meanOf(runs: readonly DrawRun[]): Rough {
  const all = runs.map(({ run }) => roughOf(run));
  const mean = (of: (one: Rough) => number): number => all.reduce((sum, one) => sum + of(one), 0) / all.length;
  return { lateShare: mean((one) => one.lateShare), podHours: mean((one) => one.podHours) };
}

/** The smallest constant count within the target, there from the start; null: none within the bounds. */
export function staticPeak(bench: Bench): Outcome | null {
  const { minReplicas, maxReplicas } = bench.scenario;
  const runsWith = (count: number, draws = bench.draws): DrawRun[] =>
    draws.map((draw) => bench.run(draw, staticReplicas(count), count));
  const isEnough = (runs: readonly DrawRun[]): boolean => meanOf(runs).lateShare <= lateTarget;
  // The first draw comes near, for a fraction of the runs; from there on it is a matter of one or two.
  const near = leastEnough(minReplicas, maxReplicas, (each) => isEnough(runsWith(each, bench.draws.slice(0, 1))));
  let count = near ?? maxReplicas;
  while (count < maxReplicas && !isEnough(runsWith(count))) count++;
  while (count > minReplicas && isEnough(runsWith(count - 1))) count--;
  const runs = runsWith(count);
  return isEnough(runs) ? bench.outcomeOf(staticReplicas(count), runs) : null;
}
