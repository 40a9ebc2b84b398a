import { explain } from "../core/explain.ts";
import type { Decision } from "../core/model.ts";
import type { Outcome, TickFailure } from "../ports/telemetry.ts";
import type { History } from "./history.ts";

export interface WatchedTarget {
  readonly name: string;
  readonly periodSeconds: number;
}

/** So many periods without a decision: the target is not looked after. */
const periodsUntilStale = 5;

export interface NotReady {
  readonly target: string;
  readonly cause: string;
}

/** The targets without a decision yet or lately. `now` in epoch seconds. */
export function notReady(targets: readonly WatchedTarget[], history: History, now: number): readonly NotReady[] {
  return targets.flatMap(({ name, periodSeconds }) => {
    const lastAt = history.latest(name)?.snapshot.now;
    const failure = history.failure(name);
    const why = failure === undefined ? "" : `; ${failure.phase}: ${failure.error}`;
    if (lastAt === undefined) return [{ target: name, cause: `no decision yet${why}` }];
    const age = now - lastAt;
    const bound = periodsUntilStale * periodSeconds;
    if (age <= bound) return [];
    return [{ target: name, cause: `last decision ${age.toFixed(1)} s ago, more than ${bound} s${why}` }];
  });
}

/** What a target does now and why; without a decision only its name and the failure are known. */
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
