import { seenSince } from "../drain/arrivalHistory.ts";
import { rateWindowSeconds } from "../drain/arrivalRate.ts";
import { busyReplicas } from "../drain/serviceRate.ts";
import type { Floor } from "../drain/size.ts";
import type { DrainRule } from "../model.ts";
import type { RateSample } from "../state.ts";
import { figure } from "./context.ts";

/** What the floors of a drain rule follow from. */
export interface FloorInput {
  readonly rule: Pick<DrainRule, "readinessDelaySeconds" | "scaleInWhileBusy">;
  readonly now: number;
  readonly currentReplicas: number;
  readonly readyReplicas: number;
  readonly arrivals: readonly RateSample[];
  /** Messages handed out and not finished; undefined: the metric does not tell. */
  readonly unacknowledged: number | undefined;
}

/** Counts below which the rule does not go, because of what is unknown or at work, whatever the deadlines allow. */
export function floorsOf(input: FloorInput): readonly Floor[] {
  return [...learningFloor(input), ...(input.rule.scaleInWhileBusy ? [] : [busyFloor(input)])];
}

function learningFloor({ rule, now, currentReplicas, arrivals }: FloorInput): readonly Floor[] {
  // The configured delay: what is learned of delays changes, and what has been seen does not grow with it.
  const window = rateWindowSeconds(rule.readinessDelaySeconds);
  // The clock of the source may be ahead a little.
  const seen = Math.max(0, now - (seenSince(arrivals) ?? now));
  if (seen >= window) return [];
  const why = `arrivals are known for ${figure(seen)} s only`;
  return [{ replicas: currentReplicas, reason: "LearningArrivals", why }];
}

/** Removing them would return their messages to the queue, which asks for them again: kedacore/keda#356, #638, #6719. */
function busyFloor({ unacknowledged, readyReplicas, currentReplicas }: FloorInput): Floor {
  if (unacknowledged === undefined) {
    const why = "how many hold unacknowledged messages is unknown";
    return { replicas: currentReplicas, reason: "MetricUnknown", why };
  }
  const busy = Math.min(busyReplicas(unacknowledged, readyReplicas), currentReplicas);
  return { replicas: busy, reason: "ReplicasBusy", why: `${busy} hold unacknowledged messages` };
}
