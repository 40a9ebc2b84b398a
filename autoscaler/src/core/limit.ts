import type { ScalingPolicy, ScalingRules, TargetSpec } from "./model.ts";
import type { Reason } from "./reasons.ts";
import type { ScaleEvent, State } from "./state.ts";

/** What the policies and bounds allow. */
export interface Limited {
  readonly replicas: number;
  /** HPA v2's word; `DesiredWithinRange` where nothing limited. */
  readonly reason: Reason;
}

/** The replica count (spec.replicas) that a decision starts from, and when in epoch seconds. */
export interface Instant {
  readonly current: number;
  readonly now: number;
}

type Events = Pick<State, "scaleUpEvents" | "scaleDownEvents">;

/**
 * Clamps a stabilised count by the scaling policies of its direction and by min and max.
 * Source: convertDesiredReplicasWithBehaviorRate of the HPA.
 */
export function limit(desired: number, at: Instant, events: Events, spec: TargetSpec): Limited {
  const { current } = at;
  // A limit on the wrong side of current becomes current: an overspent budget stops a way, it does not turn it.
  if (desired > current)
    return limitUp(desired, Math.max(current, upLimit(at, events, spec.behavior.scaleUp)), spec.maxReplicas);
  if (desired < current)
    return limitDown(desired, Math.min(current, downLimit(at, events, spec.behavior.scaleDown)), spec.minReplicas);
  return { replicas: desired, reason: "DesiredWithinRange" };
}

function limitUp(desired: number, rateLimit: number, maxReplicas: number): Limited {
  const cap = Math.min(maxReplicas, rateLimit);
  if (desired <= cap) return { replicas: desired, reason: "DesiredWithinRange" };
  // Strict, as upstream: where both bind at one count the bound is named, since waiting would not help.
  return { replicas: cap, reason: maxReplicas > rateLimit ? "ScaleUpLimit" : "TooManyReplicas" };
}

function limitDown(desired: number, rateLimit: number, minReplicas: number): Limited {
  const floor = Math.max(minReplicas, rateLimit);
  if (desired >= floor) return { replicas: desired, reason: "DesiredWithinRange" };
  return { replicas: floor, reason: minReplicas < rateLimit ? "ScaleDownLimit" : "TooFewReplicas" };
}

function upLimit(at: Instant, events: Events, rules: ScalingRules): number {
  return select(rules, at.current, "up", (policy) => {
    const start = periodStart(at, events, policy.periodSeconds);
    return policy.type === "Pods" ? start + policy.value : Math.ceil(start * (1 + policy.value / 100));
  });
}

function downLimit(at: Instant, events: Events, rules: ScalingRules): number {
  return select(rules, at.current, "down", (policy) => {
    const start = periodStart(at, events, policy.periodSeconds);
    return policy.type === "Pods" ? start - policy.value : Math.trunc(start * (1 - policy.value / 100));
  });
}

/** Max selects the policy that allows the largest change, so the lowest count on the way down. */
function select(
  rules: ScalingRules,
  current: number,
  direction: "up" | "down",
  limitOf: (policy: ScalingPolicy) => number,
): number {
  if (rules.selectPolicy === "Disabled") return current;
  // Never empty: the schema asks for one policy at least, and the defaults have some.
  const limits = rules.policies.map(limitOf);
  const highest = (rules.selectPolicy === "Max") === (direction === "up");
  return highest ? Math.max(...limits) : Math.min(...limits);
}

/** The count at the start of the period: what was added since is taken off, what was removed since is put back. */
function periodStart({ current, now }: Instant, events: Events, periodSeconds: number): number {
  return (
    // Both lists count in both directions, as in the HPA: a step down must not open the budget for a new way up.
    current - changes(events.scaleUpEvents, now, periodSeconds) + changes(events.scaleDownEvents, now, periodSeconds)
  );
}

function changes(events: readonly ScaleEvent[], now: number, periodSeconds: number): number {
  // Strict, as upstream: an event exactly as old as the period belongs to the one before.
  return events.filter(({ at }) => now - at < periodSeconds).reduce((sum, { change }) => sum + change, 0);
}

/** Adds a change that was written (negative: down) and forgets what no policy period can count any more. */
export function addScaleEvent(events: Events, change: number, now: number, spec: TargetSpec): Events {
  // Of both directions, since each policy counts both lists; upstream looks at the list's own direction only.
  const policies = [...spec.behavior.scaleUp.policies, ...spec.behavior.scaleDown.policies];
  const longest = Math.max(0, ...policies.map((policy) => policy.periodSeconds));
  const recent = (list: readonly ScaleEvent[]): readonly ScaleEvent[] => list.filter(({ at }) => now - at < longest);
  const event = { at: now, change: Math.abs(change) };
  return {
    scaleUpEvents: change > 0 ? [...recent(events.scaleUpEvents), event] : recent(events.scaleUpEvents),
    scaleDownEvents: change < 0 ? [...recent(events.scaleDownEvents), event] : recent(events.scaleDownEvents),
  };
}
