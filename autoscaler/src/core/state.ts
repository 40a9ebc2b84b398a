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

/** The count that is this autoscaler's own doing or has been accepted as given; any other one was written by somebody else. */
export interface Ownership {
  readonly replicas: number;
  /** A write that may have succeeded although its answer did not say so. */
  readonly attempt?: { readonly at: number; readonly replicas: number };
  /** Somebody else's write that is being left alone. */
  readonly foreignWrite?: { readonly at: number; readonly from: number; readonly to: number };
}

/** Since when a metric's queues have had messages and consumers but no ack, and whether that has lasted long enough. */
export interface NoAck {
  readonly since: number;
  readonly stuck: boolean;
}

export interface State {
  readonly recommendations: readonly Recommendation[];
  readonly scaleUpEvents: readonly ScaleEvent[];
  readonly scaleDownEvents: readonly ScaleEvent[];
  readonly thresholds: Readonly<Record<string, BelowSince>>;
  readonly drains: Readonly<Record<string, DrainState>>;
  readonly readiness: ReadinessState;
  /** Absent in a state of an earlier version. */
  readonly ownership?: Ownership;
  /** Metric → its silence. */
  readonly noAck?: Readonly<Record<string, NoAck>>;
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
    ownership: { replicas: currentReplicas },
    noAck: {},
  };
}

/**
 * The state after a tick that saw nothing: whether a metric stayed below its mark meanwhile, or nothing was acknowledged, is
 * unknown, so these timers begin anew. A verdict that stands is not undone by not looking.
 */
export function afterUnseenTick(state: State): State {
  const verdicts = Object.entries(state.noAck ?? {}).filter(([, { stuck }]) => stuck);
  return { ...state, thresholds: {}, noAck: Object.fromEntries(verdicts) };
}
