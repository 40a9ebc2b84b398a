import type { Proposal, Signals, Snapshot, TargetSpec } from "../model.ts";
import type { Reason } from "../reasons.ts";
import type { State } from "../state.ts";
import { whyNotFresh } from "../signal.ts";

/** What every rule sees. */
export interface RuleContext {
  readonly spec: TargetSpec;
  readonly state: State;
  readonly snapshot: Snapshot;
  readonly signals: Signals;
}

/** A count with the reason that follows from its side of the current one. */
export function propose(rule: string, replicas: number, currentReplicas: number, detail: string): Proposal {
  return { rule, replicas, reason: sideOf(replicas, currentReplicas), detail };
}

/** A rule that cannot say, because of one metric. */
export function cannotSay(rule: string, metric: string, context: RuleContext): Proposal {
  const why = whyNotFresh(context.signals[metric]) ?? "no usable value";
  return { rule, replicas: null, reason: "MetricUnknown", detail: `${metric} is ${why}` };
}

/** At most one decimal: enough to check the arithmetic by eye. */
export const figure = (value: number): string => String(Math.round(value * 10) / 10);

function sideOf(replicas: number, currentReplicas: number): Reason {
  if (replicas > currentReplicas) return "AboveTarget";
  return replicas < currentReplicas ? "BelowTarget" : "WithinTolerance";
}
