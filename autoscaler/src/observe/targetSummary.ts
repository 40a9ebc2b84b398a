import { explain } from "../core/explain.ts";
import type { Decision } from "../core/model.ts";
import type { Outcome, TickFailure } from "../ports/telemetry.ts";
import type { History } from "./history.ts";

/** A target as far as its readiness is judged. */
export interface WatchedTarget {
  readonly name: string;
  /** Of its loop: what "lately" means for it. */
  readonly periodSeconds: number;
}

/** So many periods without a decision: the target is not looked after. */
const periodsUntilStale = 5;

/** A target that is not looked after, and why as far as it is known. */
export interface NotReady {
  readonly target: string;
  readonly cause: string;
}

/** The targets without a decision yet or within five periods. `now` in epoch seconds; empty: all are looked after. */
export function notReady(targets: readonly WatchedTarget[], history: History, now: number): readonly NotReady[] {
  return targets.flatMap(({ name, periodSeconds }) => {
    const lastAt = history.latest(name)?.snapshot.now;
    const failure = history.failure(name);
    // The age tells that nothing was decided, the failure why.
    const why = failure === undefined ? "" : `; ${failure.phase}: ${failure.error}`;
    if (lastAt === undefined) return [{ target: name, cause: `no decision yet${why}` }];
    const age = now - lastAt;
    const bound = periodsUntilStale * periodSeconds;
    if (age <= bound) return [];
    return [{ target: name, cause: `last decision ${age.toFixed(1)} s ago, more than ${bound} s${why}` }];
  });
}

/**
 * What a target does now and why; without a decision only its name and the failure are known, and `at` (epoch seconds)
 * is null, which a script can tell from a misspelled target.
 */
export type TargetSummary = { readonly name: string; readonly failure?: TickFailure } & (
  | { readonly at: null }
  | ({ readonly at: number; readonly explanation: string; readonly outcome: Outcome } & Pick<
      Decision,
      | "currentReplicas"
      | "readyReplicas"
      | "desiredReplicas"
      | "direction"
      | "reasons"
      | "limitedBy"
      | "holds"
      | "bounds"
      | "timers"
    >)
);

/** The last decision without its readings, signals and proposals: for those there are the decisions of one target. */
export function summarise({ name }: WatchedTarget, history: History): TargetSummary {
  const record = history.latest(name);
  const failure = history.failure(name);
  const head = { name, ...(failure === undefined ? {} : { failure }) };
  if (record === undefined) return { ...head, at: null };
  const { decision, outcome, snapshot } = record;
  const { currentReplicas, readyReplicas, desiredReplicas, direction } = decision;
  const { reasons, limitedBy, holds, bounds, timers } = decision;
  return {
    ...head,
    at: snapshot.now,
    explanation: explain(name, decision),
    outcome,
    ...{ currentReplicas, readyReplicas, desiredReplicas, direction, reasons, limitedBy, holds, bounds, timers },
  };
}
