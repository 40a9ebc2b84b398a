import { holdOf } from "./holds/holds.ts";
import { limit } from "./limit.ts";
import type { Direction, Hold, Snapshot, TargetSpec, Timer } from "./model.ts";
import type { Reason } from "./reasons.ts";
import type { Recommended } from "./recommend.ts";
import { stabilisationTimer, stabilise } from "./stabilise.ts";
import type { State } from "./state.ts";

/** How a recommendation became a count. */
export interface Path {
  readonly recommended: number | null;
  readonly stabilised: number;
  readonly desired: number;
  readonly reasons: readonly Reason[];
  readonly limitedBy: Reason | null;
  readonly timers: readonly Timer[];
}

/** A count outside min and max goes to the bound at once, past the behavior block, as in the HPA; only a pause stops that. */
export function outOfBounds(spec: TargetSpec, current: number, holds: readonly Hold[]): Path | undefined {
  const { minReplicas, maxReplicas } = spec;
  if (current >= minReplicas && current <= maxReplicas) return undefined;
  const bound = current > maxReplicas ? maxReplicas : minReplicas;
  const reason: Reason = current > maxReplicas ? "TooManyReplicas" : "TooFewReplicas";
  const pauses = holds.filter((hold) => hold.reason === "Paused");
  const to = { recommended: null, stabilised: bound, desired: bound, reasons: [reason], limitedBy: reason, timers: [] };
  return held(to, current, pauses);
}

/**
 * stabilise → limit → hold, for a count within its bounds. Stabilise comes before the limit as in the HPA: the policies
 * then meter the steps of a count that is settled, and a window never undoes a limit.
 */
export function withinBounds(
  { spec, state, holds }: { spec: TargetSpec; state: State; holds: readonly Hold[] },
  snapshot: Snapshot,
  recommended: Recommended,
): Path {
  const { now, currentReplicas } = snapshot;
  const history = state.recommendations;
  const at = { current: currentReplicas, now };
  const stable = stabilise(recommended.replicas, at, history, spec.behavior);
  const limited = limit(stable.replicas, at, state, spec);
  const bit = limited.reason === "DesiredWithinRange" ? null : limited.reason;
  // The recommendation itself was kept up, so neither window nor policy can show that something held the count.
  const unseen = recommended.reasons.find((reason) => reason === "SignalNotFresh") ?? null;
  const path = {
    recommended: recommended.replicas,
    stabilised: stable.replicas,
    desired: limited.replicas,
    reasons: [...recommended.reasons, ...[stable.reason, bit].filter((reason) => reason !== null)],
    limitedBy: bit ?? stable.reason ?? unseen,
    timers: stabilisationTimer(recommended.replicas, history, now, spec.behavior),
  };
  return held(path, currentReplicas, holds);
}

/** Keeps the count where it is if a hold forbids the way it would go. */
function held(path: Path, current: number, holds: readonly Hold[]): Path {
  const hold = holdOf(holds, directionOf(current, path.desired));
  if (hold === undefined) return path;
  // The count a hold prevented stays readable in `stabilised`: a pause must not hide what would happen without it.
  return { ...path, desired: current, reasons: [...path.reasons, hold.reason], limitedBy: hold.reason };
}

/** The side on which a wanted count lies; the only place that says what counts as a change. */
export function directionOf(current: number, desired: number): Direction {
  if (desired > current) return "up";
  return desired < current ? "down" : "none";
}
