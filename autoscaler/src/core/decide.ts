import { withoutFuture } from "./clockSetBack.ts";
import { updateReadiness, withStart } from "./drain/readiness.ts";
import { findHolds, holdTimers } from "./holds/holds.ts";
import { updateNoAck } from "./holds/noAck.ts";
import { afterAttempt, afterWrite, updateOwnership } from "./holds/ownership.ts";
import { addScaleEvent } from "./limit.ts";
import type { Decision, Snapshot, TargetSpec } from "./model.ts";
import { directionOf, outOfBounds, withinBounds } from "./path.ts";
import { recommend } from "./recommend.ts";
import { evaluateRules } from "./rules/evaluate.ts";
import { toSignals } from "./signal.ts";
import { remember } from "./stabilise.ts";
import { seedState, type Ownership, type State } from "./state.ts";

/** A decision with both states that may follow: the caller alone learns whether the write succeeded. */
export interface Outcome {
  readonly decision: Decision;
  /** The state when the change was written. */
  readonly nextState: State;
  /** The state when the write was refused or its answer is not known: all that was learned, without the change. */
  readonly stateIfRefused: State;
}

/**
 * One decision for one target: signal → rules → recommend → stabilise → limit → hold. Pure; `snapshot.now` (epoch
 * seconds) is the only clock, so that tables, replay and simulation run the shipped code. `state` null: a target seen
 * for the first time. Bad readings become signals, so nothing here throws on what a source says.
 */
export function decide(spec: TargetSpec, state: State | null, snapshot: Snapshot): Outcome {
  const { now, currentReplicas, readyReplicas } = snapshot;
  const before = withOwnership(spec, state, snapshot);
  const signals = toSignals(spec.metrics, snapshot);
  const evaluation = evaluateRules({ spec, state: before, snapshot, signals });
  const noAck = updateNoAck(before.noAck ?? {}, signals, now, spec.stuckConsumersSeconds);
  // Kept whatever becomes of the decision: a refused write does not unsee what was measured.
  const learned = { ...before, thresholds: evaluation.thresholds, drains: evaluation.drains, noAck };
  const context = { spec, snapshot, signals, ownership: before.ownership, noAck };
  const holds = findHolds(context);
  const path =
    // Bounds come first, as in the HPA: a count outside them waits neither for a window nor for a metric.
    outOfBounds(spec, currentReplicas, holds) ??
    withinBounds({ spec, state: learned, holds }, snapshot, recommend(evaluation.proposals, signals, currentReplicas));
  const decision: Decision = {
    currentReplicas,
    readyReplicas,
    recommendedReplicas: path.recommended,
    stabilisedReplicas: path.stabilised,
    desiredReplicas: path.desired,
    direction: directionOf(currentReplicas, path.desired),
    proposals: evaluation.proposals,
    reasons: path.reasons,
    limitedBy: path.limitedBy,
    holds,
    bounds: boundsOf(spec),
    signals,
    timers: [...evaluation.timers, ...path.timers, ...holdTimers(context)],
  };
  const told = withRecommendation(spec, learned, now, decision);
  return { decision, ...statesAfter(spec, told, snapshot, decision) };
}

/** The state as of now: times, starts and whose doing the count is, before anything is decided. */
function withOwnership(
  spec: TargetSpec,
  state: State | null,
  snapshot: Snapshot,
): State & { readonly ownership: Ownership } {
  const { now, currentReplicas, readyReplicas } = snapshot;
  // Times of the future first: all that follows takes ages as `now - at` and relies on none being negative.
  const seeded = state === null ? seedState(now, currentReplicas, readyReplicas) : withoutFuture(state, now);
  const { ownership, landed } = updateOwnership(seeded.ownership, snapshot, spec);
  // A write that is only now known to have succeeded uses up its part of the rate like any other.
  const counted = landed === undefined ? seeded : withChange(spec, seeded, landed.at, landed.change);
  // Whoever raised the count: an own write was counted when it was written.
  const risen = landed === undefined ? currentReplicas - (seeded.ownership?.replicas ?? currentReplicas) : 0;
  const replicas = { current: currentReplicas, ready: readyReplicas, risen };
  const readiness = updateReadiness(counted.readiness, now, replicas);
  return { ...counted, readiness, ownership };
}

function boundsOf({ minReplicas, maxReplicas, schedules }: TargetSpec): Decision["bounds"] {
  return { minReplicas, maxReplicas, ...(schedules === undefined ? {} : { schedules }) };
}

function withRecommendation<S extends State>(spec: TargetSpec, state: S, now: number, decision: Decision): S {
  const { recommendedReplicas } = decision;
  // A bound alone decided: nobody asked for that count, so no window may hold it.
  if (recommendedReplicas === null) return state;
  // The unstabilised one, as in the HPA: to store a held count again would keep the window open for ever.
  const recommendation = { at: now, replicas: recommendedReplicas };
  return { ...state, recommendations: remember(state.recommendations, recommendation, spec.behavior) };
}

function statesAfter(
  spec: TargetSpec,
  state: State & { readonly ownership: Ownership },
  { now, currentReplicas }: Snapshot,
  { desiredReplicas }: Decision,
): Pick<Outcome, "nextState" | "stateIfRefused"> {
  const { ownership } = state;
  if (desiredReplicas === currentReplicas) return { nextState: state, stateIfRefused: state };
  const changed = withChange(spec, state, now, desiredReplicas - currentReplicas);
  return {
    nextState: { ...changed, ownership: afterWrite(ownership, desiredReplicas) },
    stateIfRefused: { ...state, ownership: afterAttempt(ownership, desiredReplicas, now) },
  };
}

function withChange<S extends State>(spec: TargetSpec, state: S, at: number, change: number): S {
  return {
    ...state,
    ...addScaleEvent(state, change, at, spec),
    // After a step down the load of each replica is another one: it has to stay low for the whole time again.
    thresholds: change < 0 ? {} : state.thresholds,
    // From the order on, not from the pod's creation: work waits for scheduling and image pulls too.
    readiness: change > 0 ? withStart(state.readiness, { at, replicas: change }) : state.readiness,
  };
}
