/** What one decision leaves for the next: plain JSON, so that it can be stored, logged and fed back. */

export interface Recommendation {
  readonly at: number;
  readonly replicas: number;
}

/** A change of the count that was written; `change` is positive in both lists. */
export interface ScaleEvent {
  readonly at: number;
  readonly change: number;
}

/** Metric → since when it has been below its scale-down mark without a break. */
export type BelowSince = Readonly<Record<string, number>>;

export interface RateSample {
  readonly at: number;
  readonly rate: number;
}

/** Messages acknowledged and the replica-seconds they took, both with exponential forgetting. */
export interface Work {
  readonly acked: number;
  readonly busySeconds: number;
}

export interface BusySample {
  readonly at: number;
  readonly replicas: number;
}

export interface ServiceState {
  readonly at: number;
  /** Replicas that held messages, over the span of the ack rate. */
  readonly busy: readonly BusySample[];
  readonly saturated: Work;
  readonly any: Work;
}

export interface DrainState {
  readonly arrivals: readonly RateSample[];
  readonly service?: ServiceState;
}

/** Replicas that were ordered and are not Ready yet. */
export interface Start {
  readonly at: number;
  readonly replicas: number;
}

export interface ReadinessState {
  readonly starts: readonly Start[];
  readonly readyReplicas: number;
  /** Learned from starts; absent until one has been seen. */
  readonly delaySeconds?: number;
}

export interface State {
  readonly recommendations: readonly Recommendation[];
  readonly scaleUpEvents: readonly ScaleEvent[];
  readonly scaleDownEvents: readonly ScaleEvent[];
  readonly thresholds: Readonly<Record<string, BelowSince>>;
  readonly drains: Readonly<Record<string, DrainState>>;
  readonly readiness: ReadinessState;
}

/** The state of a target seen for the first time: its present count is the only recommendation, so a restart lowers nothing at once. */
export function seedState(now: number, currentReplicas: number, readyReplicas: number): State {
  return {
    recommendations: [{ at: now, replicas: currentReplicas }],
    scaleUpEvents: [],
    scaleDownEvents: [],
    thresholds: {},
    drains: {},
    readiness: { starts: [], readyReplicas },
  };
}

/** The state after a tick that saw nothing: whether a metric stayed below its mark meanwhile is unknown, so its timer begins anew. */
export function afterUnseenTick(state: State): State {
  return { ...state, thresholds: {} };
}
