/**
 * What one decision leaves for the next: plain JSON, so that it can be stored, logged and fed back. `at` is in epoch
 * seconds.
 */

/** A count that the rules asked for, before any window: what both windows look back on. */
export interface Recommendation {
  readonly at: number;
  readonly replicas: number;
}

/** A change of the count that was written; `change` is positive in both lists. */
export interface ScaleEvent {
  readonly at: number;
  readonly change: number;
}

/** Metric → since when (epoch seconds) it has been below its scale-down mark without a break. */
export type BelowSince = Readonly<Record<string, number>>;

/** Messages per second that arrived, over one refresh of the broker's statistics. */
export interface RateSample {
  readonly at: number;
  readonly rate: number;
}

/** Messages acknowledged and the replica-seconds they took, both with exponential forgetting. */
export interface Work {
  readonly acked: number;
  readonly busySeconds: number;
}

/** Replicas that held messages at a time. */
export interface BusySample {
  readonly at: number;
  readonly replicas: number;
}

/** What is known of how fast replicas work; `at` is the last sample that was counted. */
export interface ServiceState {
  readonly at: number;
  /** Replicas that held messages, over the span of the ack rate. */
  readonly busy: readonly BusySample[];
  /** While messages waited, so that each replica had all the work it can take. */
  readonly saturated: Work;
  /** At all times: a first guess for a queue that never fills. */
  readonly any: Work;
}

/** Messages that began, and those of them that were late, both with exponential forgetting; `at` is the last tick. */
export interface LatenessState {
  readonly at: number;
  readonly begun: number;
  readonly late: number;
}

/**
 * A count that is tried beside the real one: its own queue, its late ones, the seconds since the last of these, and for how many
 * its wait has been too long. A list without names, and ages instead of times: there are dozens of them in each stored state.
 */
export type ReserveLevel = readonly [backlog: number, late: number, quietSeconds: number, waitedSeconds?: number];

/** What has been learned of bursts; `at` is the last sample that was counted, `jobs` all that arrived, with forgetting. */
export interface ReserveState {
  readonly at: number;
  readonly jobs: number;
  /** Of 1, 2, 3 … replicas, in steps of 10 % further up; all above the last one need no reserve. */
  readonly levels: readonly ReserveLevel[];
  /** Since the last sample with arrivals; absent where that is the last one. */
  readonly idleSeconds?: number;
}

/** Messages that waited at a time. */
export interface WaitingSample {
  readonly at: number;
  readonly waiting: number;
}

/** The memory of one drain rule. What a later version added is absent in a state of an earlier one. */
export interface DrainState {
  readonly arrivals: readonly RateSample[];
  /** Fewer waited then than at any time since: what waits now cannot be older than these allow. Oldest first. */
  readonly lows?: readonly WaitingSample[];
  /** Absent until the queue has told acks and unacknowledged messages. */
  readonly service?: ServiceState;
  readonly lateness?: LatenessState;
  /** Absent until the service rate is known. */
  readonly reserve?: ReserveState;
}

/** Replicas that are not Ready yet, since they were ordered or were first seen so. */
export interface Start {
  readonly at: number;
  readonly replicas: number;
  /** Its beginning was not seen: it may be older than `at`, so it teaches no delay. */
  readonly unseen?: true;
}

/** Starts under way, oldest first, and what earlier ones have taught. */
export interface ReadinessState {
  readonly starts: readonly Start[];
  /** The highest count since starts are under way; the present one when none is. */
  readonly readyReplicas: number;
  /** Learned from starts, seconds; absent until one has been seen. */
  readonly delaySeconds?: number;
  /** Starts that taught it; absent in a state of an earlier version. */
  readonly learned?: number;
  /** The last tick; absent in a state of an earlier version. */
  readonly at?: number;
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

/** All memory of one target. The HPA and KEDA lose theirs at a restart: budgets reset, windows begin anew. */
export interface State {
  readonly recommendations: readonly Recommendation[];
  readonly scaleUpEvents: readonly ScaleEvent[];
  readonly scaleDownEvents: readonly ScaleEvent[];
  /** Rule → its timers, as below for the drains. */
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
