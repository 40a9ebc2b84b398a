/** The words of a decision. Times are seconds (also fractions), rates are per second, counts are replicas unless said otherwise. */
import type { Reason } from "./reasons.ts";

/** What a broker says about the queues of one metric; a number that is absent is unknown, never zero. */
export interface QueueStatistics {
  readonly ready?: number;
  readonly unacknowledged?: number;
  readonly publishRate?: number;
  readonly deliverRate?: number;
  readonly ackRate?: number;
  readonly consumers?: number;
}

/** How the target's pods stand behind a per-pod average: measured, set aside as not ready, or without a sample. */
export interface PodCounts {
  readonly measured: number;
  readonly unready: number;
  readonly missing: number;
}

/** One successful measurement. `partial` names what was not seen: such a value may raise the count, never lower it. */
export interface Measurement {
  readonly value: number;
  readonly observedAt: number;
  readonly queue?: QueueStatistics;
  readonly pods?: PodCounts;
  readonly partial?: string;
}

export type Reading = Measurement | { readonly error: string };

/** A reading judged at `now`. Only `fresh` may lower the count. */
export type Signal =
  | { readonly kind: "fresh"; readonly measurement: Measurement }
  | { readonly kind: "partial"; readonly measurement: Measurement; readonly cause: string }
  | { readonly kind: "stale"; readonly value: number; readonly ageSeconds: number }
  | { readonly kind: "missing"; readonly cause: string }
  | { readonly kind: "implausible"; readonly cause: string };

export type Signals = Readonly<Record<string, Signal>>;

/** `total`: over the whole target; `perPod`: average over its pods; `utilization`: per-pod average in percent of the request. */
export type MetricScope = "total" | "perPod" | "utilization";

export interface MetricSpec {
  readonly scope: MetricScope;
  readonly maxAgeSeconds: number;
}

/** Relative dead band around a target, one per direction (HPA's `tolerance`). */
export interface Tolerance {
  readonly up: number;
  readonly down: number;
}

/** The larger change of the two wins. `percent` is of the current count. */
export interface Step {
  readonly percent?: number;
  readonly pods?: number;
}

export interface PerReplicaRule {
  readonly kind: "perReplica";
  readonly name: string;
  readonly metric: string;
  readonly target: number;
  readonly tolerance: Tolerance;
}

export interface UtilizationRule {
  readonly kind: "utilization";
  readonly name: string;
  readonly metric: string;
  readonly target: number;
  readonly tolerance: Tolerance;
}

export interface ThresholdRule {
  readonly kind: "threshold";
  readonly name: string;
  readonly scaleUp: { readonly anyAbove: Readonly<Record<string, number>>; readonly step: Step };
  readonly scaleDown: {
    readonly allBelow: Readonly<Record<string, number>>;
    readonly forSeconds: number;
    readonly step: Step;
  };
}

export interface DrainRule {
  readonly kind: "drain";
  readonly name: string;
  readonly metric: string;
  readonly maxWaitSeconds: number;
  /** Used until starts of this target have been seen. */
  readonly readinessDelaySeconds: number;
  /** Messages one replica finishes per second, used until acks have been seen; undefined: the rule cannot say until then. */
  readonly serviceRatePerReplica?: number;
  /** Multiple of the square root of the offered load kept on top of it. */
  readonly headroom: number;
}

export type Rule = PerReplicaRule | UtilizationRule | ThresholdRule | DrainRule;

export interface ScalingPolicy {
  readonly type: "Pods" | "Percent";
  readonly value: number;
  readonly periodSeconds: number;
}

export interface ScalingRules {
  readonly stabilizationWindowSeconds: number;
  readonly selectPolicy: "Max" | "Min" | "Disabled";
  readonly policies: readonly ScalingPolicy[];
}

export interface Behavior {
  readonly scaleUp: ScalingRules;
  readonly scaleDown: ScalingRules;
}

/** `observe`: decide and tell, never write; somebody else may scale the target meanwhile. */
export type Mode = "scale" | "observe";

/** Metric → mark: while any of them is above its mark, the count may not rise. */
export interface Veto {
  readonly anyAbove: Readonly<Record<string, number>>;
}

export interface TargetSpec {
  readonly name: string;
  readonly mode: Mode;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** The names of the schedules that set these bounds. */
  readonly schedules?: readonly string[];
  readonly metrics: Readonly<Record<string, MetricSpec>>;
  readonly rules: readonly Rule[];
  readonly behavior: Behavior;
  readonly veto?: Veto;
  /** So long without any ack, with messages ready and consumers present, makes consumers stuck; absent: never. */
  readonly stuckConsumersSeconds?: number;
  /** So long somebody else's write of the count is left alone. */
  readonly foreignWriteHoldSeconds: number;
}

/** All that one decision sees. `readyReplicas` are the target's pods that pass readiness. */
export interface Snapshot {
  readonly now: number;
  readonly currentReplicas: number;
  readonly readyReplicas: number;
  readonly readings: Readonly<Record<string, Reading>>;
  /** The directions that somebody paused on the workload itself. */
  readonly paused?: "up" | "down" | "both";
  /** Other autoscalers of the same workload; absent: unknown. */
  readonly competitors?: readonly string[];
}

/** What forbids a direction whatever the rules ask for. */
export interface Hold {
  readonly reason: Reason;
  readonly forbids: "up" | "down" | "both";
  /** One sentence for the person who asks why; without figures that change at every tick. */
  readonly detail: string;
}

/** One rule's count; null: the rule cannot say, which forbids going down. */
export interface Proposal {
  readonly rule: string;
  readonly replicas: number | null;
  readonly reason: Reason;
  /** One sentence with the figures, for the person who asks why. */
  readonly detail: string;
}

export interface Timer {
  readonly name: string;
  readonly secondsLeft: number;
}

export type Direction = "up" | "down" | "none";

export interface Decision {
  readonly currentReplicas: number;
  readonly readyReplicas: number;
  /** The highest proposal, before stabilising; null when a bound alone decided. */
  readonly recommendedReplicas: number | null;
  readonly stabilisedReplicas: number;
  readonly desiredReplicas: number;
  readonly direction: Direction;
  readonly proposals: readonly Proposal[];
  readonly reasons: readonly Reason[];
  /** The last thing that kept the count from the recommendation. */
  readonly limitedBy: Reason | null;
  /** Everything that forbids a direction at present, whether or not it changed this decision. */
  readonly holds: readonly Hold[];
  /** The bounds in force, with the schedules that set them. */
  readonly bounds: {
    readonly minReplicas: number;
    readonly maxReplicas: number;
    readonly schedules?: readonly string[];
  };
  readonly signals: Signals;
  readonly timers: readonly Timer[];
}
