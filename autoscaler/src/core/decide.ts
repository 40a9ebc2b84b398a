import { withoutFuture } from "./clockSetBack.ts";
import { updateReadiness } from "./drain/readiness.ts";
import { addScaleEvent, limit } from "./limit.ts";
import type { Decision, Direction, Signals, Snapshot, TargetSpec } from "./model.ts";
import type { Reason } from "./reasons.ts";
import { recommend, type Recommended } from "./recommend.ts";
import { evaluateRules, type Evaluation } from "./rules/evaluate.ts";
import { toSignals } from "./signal.ts";
import { remember, stabilisationTimer, stabilise } from "./stabilise.ts";
import { seedState, type State } from "./state.ts";

export interface Outcome {
  readonly decision: Decision;
  /** The state when the change was written. */
  readonly nextState: State;
  /** The state when the write was refused: all that was learned, without the change. */
  readonly stateIfRefused: State;
}

/** One decision for one target: signal → rules → recommend → stabilise → limit. Pure; the caller's `snapshot.now` is the only clock. */
export function decide(spec: TargetSpec, state: State | null, snapshot: Snapshot): Outcome {
  const { now, currentReplicas, readyReplicas } = snapshot;
  const seeded = state === null ? seedState(now, currentReplicas, readyReplicas) : withoutFuture(state, now);
  const readiness = updateReadiness(seeded.readiness, now, { current: currentReplicas, ready: readyReplicas });
  const before = { ...seeded, readiness };
  const signals = toSignals(spec.metrics, snapshot);
  const evaluation = evaluateRules({ spec, state: before, snapshot, signals });
  const learned = { ...before, thresholds: evaluation.thresholds, drains: evaluation.drains };
  const path =
    outOfBounds(spec, currentReplicas) ??
    withinBounds(spec, learned, snapshot, recommend(evaluation.proposals, signals, currentReplicas));
  const decision = toDecision(snapshot, signals, evaluation, path);
  const stateIfRefused = withRecommendation(spec, learned, now, decision);
  return { decision, nextState: withChange(spec, stateIfRefused, snapshot, decision), stateIfRefused };
}

interface Path {
  readonly recommended: number | null;
  readonly stabilised: number;
  readonly desired: number;
  readonly reasons: readonly Reason[];
  readonly limitedBy: Reason | null;
  readonly timers: Decision["timers"];
}

/** A count outside min and max goes to the bound at once, past the behavior block, as in the HPA. */
function outOfBounds(spec: TargetSpec, current: number): Path | undefined {
  if (current > spec.maxReplicas) return toBound(spec.maxReplicas, "TooManyReplicas");
  if (current < spec.minReplicas) return toBound(spec.minReplicas, "TooFewReplicas");
  return undefined;
}

function toBound(bound: number, reason: Reason): Path {
  return { recommended: null, stabilised: bound, desired: bound, reasons: [reason], limitedBy: reason, timers: [] };
}

function withinBounds(spec: TargetSpec, state: State, snapshot: Snapshot, recommended: Recommended): Path {
  const { now, currentReplicas } = snapshot;
  const history = state.recommendations;
  const at = { current: currentReplicas, now };
  const stable = stabilise(recommended.replicas, at, history, spec.behavior);
  const limited = limit(stable.replicas, at, state, spec);
  const bit = limited.reason === "DesiredWithinRange" ? null : limited.reason;
  const held = recommended.reasons.find((reason) => reason === "SignalNotFresh") ?? null;
  return {
    recommended: recommended.replicas,
    stabilised: stable.replicas,
    desired: limited.replicas,
    reasons: [...recommended.reasons, ...[stable.reason, bit].filter((reason) => reason !== null)],
    limitedBy: bit ?? stable.reason ?? held,
    timers: stabilisationTimer(recommended.replicas, history, now, spec.behavior),
  };
}

function toDecision(snapshot: Snapshot, signals: Signals, evaluation: Evaluation, path: Path): Decision {
  const { currentReplicas, readyReplicas } = snapshot;
  return {
    currentReplicas,
    readyReplicas,
    recommendedReplicas: path.recommended,
    stabilisedReplicas: path.stabilised,
    desiredReplicas: path.desired,
    direction: directionOf(currentReplicas, path.desired),
    proposals: evaluation.proposals,
    reasons: path.reasons,
    limitedBy: path.limitedBy,
    signals,
    timers: [...evaluation.timers, ...path.timers],
  };
}

function directionOf(current: number, desired: number): Direction {
  if (desired > current) return "up";
  return desired < current ? "down" : "none";
}

function withRecommendation(spec: TargetSpec, state: State, now: number, { recommendedReplicas }: Decision): State {
  if (recommendedReplicas === null) return state;
  const recommendation = { at: now, replicas: recommendedReplicas };
  return { ...state, recommendations: remember(state.recommendations, recommendation, spec.behavior) };
}

function withChange(spec: TargetSpec, state: State, snapshot: Snapshot, decision: Decision): State {
  const { now, currentReplicas } = snapshot;
  const change = decision.desiredReplicas - currentReplicas;
  if (change === 0) return state;
  const { starts } = state.readiness;
  return {
    ...state,
    ...addScaleEvent(state, change, now, spec),
    // After a step down the load of each replica is another one: it has to stay low for the whole time again.
    thresholds: change < 0 ? {} : state.thresholds,
    readiness: { ...state.readiness, starts: change > 0 ? [...starts, { at: now, replicas: change }] : starts },
  };
}
