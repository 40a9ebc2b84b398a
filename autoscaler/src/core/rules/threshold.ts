import type { Proposal, Signals, Step, ThresholdRule, Timer } from "../model.ts";
import type { BelowSince } from "../state.ts";
import { usable, whyNotFresh } from "../signal.ts";
import { figure, type RuleContext } from "./context.ts";

/** A proposal, the timers for the next tick, and what is left of them to tell. */
export interface ThresholdOutcome {
  readonly proposal: Proposal;
  readonly belowSince: BelowSince;
  readonly timers: readonly Timer[];
}

/**
 * Up if any metric is above its mark; down only if all have been below theirs without a break for `forSeconds`, each by
 * its own timer. Neither the HPA (highest of a window) nor KEDA can say that (kedacore/keda#2614). Marks are strict on
 * both sides.
 */
export function proposeThreshold(rule: ThresholdRule, context: RuleContext): ThresholdOutcome {
  const { now, currentReplicas } = context.snapshot;
  const belowSince = updateBelowSince(rule, context.signals, context.state.thresholds[rule.name] ?? {}, now);
  const timers = timersLeft(rule, belowSince, now);
  const outcome = (proposal: Omit<Proposal, "rule">): ThresholdOutcome => ({
    proposal: { rule: rule.name, ...proposal },
    belowSince,
    timers,
  });

  // Before the unknown ones: one metric above its mark is enough, whatever the others would say.
  const above = marksExceeded(rule.scaleUp.anyAbove, context.signals);
  if (above.length > 0) {
    return outcome({
      replicas: stepUp(currentReplicas, rule.scaleUp.step),
      reason: "AboveMark",
      detail: above.join(", "),
    });
  }
  const unknown = unknownMetrics(rule, context.signals);
  if (unknown.length > 0) return outcome({ replicas: null, reason: "MetricUnknown", detail: unknown.join(", ") });

  const marks = Object.keys(rule.scaleDown.allBelow);
  const notBelow = marks.filter((metric) => belowSince[metric] === undefined);
  // All of nothing is no reason to go down.
  if (notBelow.length > 0 || marks.length === 0) {
    const detail = marks.length === 0 ? "no scale-down mark" : `not below its mark: ${notBelow.join(", ")}`;
    return outcome({ replicas: currentReplicas, reason: "BetweenMarks", detail });
  }
  const secondsLeft = Math.max(0, ...timers.map((timer) => timer.secondsLeft));
  if (secondsLeft > 0) {
    const detail = `all below their marks, ${figure(secondsLeft)} s of ${figure(rule.scaleDown.forSeconds)} s left`;
    return outcome({ replicas: currentReplicas, reason: "WaitingBelowMarks", detail });
  }
  const replicas = stepDown(currentReplicas, rule.scaleDown.step);
  return outcome({
    replicas,
    reason: "BelowMarks",
    detail: `all below their marks for ${figure(rule.scaleDown.forSeconds)} s`,
  });
}

/** The larger change of percent (rounded up) and pods; at least one, since a percentage of nothing would stay nothing. */
export function stepUp(current: number, step: Step): number {
  // Not current × 1.1: as a binary fraction that is a little more than the tenth, and would be rounded up.
  const byPercent = Math.ceil((current * (step.percent ?? 0)) / 100);
  return current + Math.max(1, byPercent, step.pods ?? 0);
}

/** The larger change of percent (the rest rounded down, as the HPA does) and pods; never below 0. */
export function stepDown(current: number, step: Step): number {
  return Math.max(0, Math.min(Math.trunc(current * (1 - (step.percent ?? 0) / 100)), current - (step.pods ?? 0)));
}

/** An unknown metric ends its timer: nobody saw that it stayed below. */
function updateBelowSince(rule: ThresholdRule, signals: Signals, before: BelowSince, now: number): BelowSince {
  const below = Object.entries(rule.scaleDown.allBelow).filter(([metric, mark]) => {
    const signal = signals[metric];
    // Not `usable`: of a partial value only the part that was seen is known to be low.
    return signal?.kind === "fresh" && signal.measurement.value < mark;
  });
  // A clock that jumped back must not leave a timer that started in the future.
  return Object.fromEntries(below.map(([metric]) => [metric, Math.min(before[metric] ?? now, now)]));
}

function timersLeft(rule: ThresholdRule, belowSince: BelowSince, now: number): Timer[] {
  return Object.entries(belowSince).map(([metric, since]) => ({
    name: `${rule.name}: ${metric} below its mark`,
    secondsLeft: Math.max(0, rule.scaleDown.forSeconds - (now - since)),
  }));
}

function marksExceeded(anyAbove: Readonly<Record<string, number>>, signals: Signals): string[] {
  return Object.entries(anyAbove).flatMap(([metric, mark]) => {
    // A partial value counts here: to rise on what was seen is the safe side.
    const value = usable(signals[metric])?.value;
    return value !== undefined && value > mark ? [`${metric} ${figure(value)} is above ${figure(mark)}`] : [];
  });
}

function unknownMetrics(rule: ThresholdRule, signals: Signals): string[] {
  const metrics = new Set([...Object.keys(rule.scaleUp.anyAbove), ...Object.keys(rule.scaleDown.allBelow)]);
  return [...metrics].flatMap((metric) => {
    const why = whyNotFresh(signals[metric]);
    return why === undefined ? [] : [`${metric} is ${why}`];
  });
}
