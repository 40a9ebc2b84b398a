/** The words of a decision. Times are seconds (also fractions), rates are per second, counts are replicas unless said otherwise. */
import type { Reason } from "./reasons.ts";

/** What a broker says about the queues of one metric; a number that is absent is unknown, never zero. */
export interface QueueStatistics {
  /** Messages that wait for a consumer. */
  readonly ready?: number;
  /** Messages handed out and not finished; a replica that goes returns its share to the queue. */
  readonly unacknowledged?: number;
  /** Messages per second, as are the two below. */
  readonly publishRate?: number;
  readonly deliverRate?: number;
  readonly ackRate?: number;
  /** Subscriptions, which may be several of one replica. */
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
  /** In the metric's own unit: messages, requests per second, percent of the request. */
  readonly value: number;
  /** When the source saw it, epoch seconds; not when it was asked. */
  readonly observedAt: number;
  /** Of a broker's metric only: what the drain rule and the stuck-consumer verdict need. */
  readonly queue?: QueueStatistics;
  /** Of a per-pod average only; absent: the ready pods count as measured. */
  readonly pods?: PodCounts;
  readonly partial?: string;
}

/** What a source answered; a failure is a value of its own, so that nobody can take it for a number. */
export type Reading = Measurement | { readonly error: string };

/** A reading judged at `now`. Only `fresh` may lower the count. */
export type Signal =
  | { readonly kind: "fresh"; readonly measurement: Measurement }
  | { readonly kind: "partial"; readonly measurement: Measurement; readonly cause: string }
  // Without a measurement, so that no rule can use an old value by mistake.
  | { readonly kind: "stale"; readonly value: number; readonly ageSeconds: number }
  | { readonly kind: "missing"; readonly cause: string }
  | { readonly kind: "implausible"; readonly cause: string };

/** Metric → its signal, one for each metric of the specification. */
export type Signals = Readonly<Record<string, Signal>>;

/** `total`: over the whole target; `perPod`: average over its pods; `utilization`: per-pod average in percent of the request. */
export type MetricScope = "total" | "perPod" | "utilization";

/** What the core has to know of a metric; where it comes from is the adapters' business. */
export interface MetricSpec {
  readonly scope: MetricScope;
  /** Older is stale. The HPA does not look at the age of an external metric at all. */
  readonly maxAgeSeconds: number;
}

/** Relative dead band around a target, one per direction (HPA's `tolerance`). */
export interface Tolerance {
  /** 0.1 is 10 %. */
  readonly up: number;
  readonly down: number;
}

/** The larger change of the two wins. `percent` is of the current count. */
export interface Step {
  /** Absent counts as no change; one of the two is always there. */
  readonly percent?: number;
  readonly pods?: number;
}

/** A metric divided by what one replica carries. */
export interface PerReplicaRule {
  readonly kind: "perReplica";
  readonly name: string;
  readonly metric: string;
  /** Per replica, in the metric's unit; positive. */
  readonly target: number;
  readonly tolerance: Tolerance;
}

/** Usage of a resource against a share of its request. */
export interface UtilizationRule {
  readonly kind: "utilization";
  readonly name: string;
  readonly metric: string;
  /** Percent of the request. */
  readonly target: number;
  readonly tolerance: Tolerance;
}

/** Steps at marks: up if any metric is above its own, down once all have been below theirs. */
export interface ThresholdRule {
  readonly kind: "threshold";
  readonly name: string;
  readonly scaleUp: { readonly anyAbove: Readonly<Record<string, number>>; readonly step: Step };
  readonly scaleDown: {
    readonly allBelow: Readonly<Record<string, number>>;
    /** For each metric by a timer of its own, which a restart does not begin anew. */
    readonly forSeconds: number;
    readonly step: Step;
  };
}

/** A part of the drain rule that a simulation can leave out, to show what it is worth. */
export type DrainPart = "ages" | "starts" | "margin" | "burst" | "lookAhead" | "reserve";

/** Keeps the wait in a queue within a bound; needs a metric with queue statistics. */
export interface DrainRule {
  readonly kind: "drain";
  readonly name: string;
  readonly metric: string;
  /** From publishing to the begin of the work. */
  readonly maxWaitSeconds: number;
  /** Used until starts of this target have been seen. */
  readonly readinessDelaySeconds: number;
  /** Messages one replica finishes per second, used until acks have been seen; undefined: the rule cannot say until then. */
  readonly serviceRatePerReplica?: number;
  /** Above 0: never less than the offered load R and this multiple of its square root, whether or not anything waits. */
  readonly headroom: number;
  /** Share of the messages that may begin late, 0 to 1: an error budget, which decides when a reserve has to be kept. */
  readonly lateShare: number;
  /** Whether a replica that holds messages may be taken away: only if it finishes them first. */
  readonly scaleInWhileBusy: boolean;
  /** For simulations alone: no configuration can say so. */
  readonly without?: readonly DrainPart[];
}

export type Rule = PerReplicaRule | UtilizationRule | ThresholdRule | DrainRule;

/** HPAScalingPolicy of autoscaling/v2: at most `value` replicas or percent per period. */
export interface ScalingPolicy {
  readonly type: "Pods" | "Percent";
  readonly value: number;
  readonly periodSeconds: number;
}

/** HPAScalingRules of autoscaling/v2 with all defaults filled in; tolerance is with the rules. */
export interface ScalingRules {
  readonly stabilizationWindowSeconds: number;
  /** `Max` allows the largest change of all policies, `Min` the smallest, `Disabled` none. */
  readonly selectPolicy: "Max" | "Min" | "Disabled";
  readonly policies: readonly ScalingPolicy[];
}

/** HorizontalPodAutoscalerBehavior of autoscaling/v2, in its words, which an SRE knows already. */
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

/** One target as the core sees it: all defaults filled in, checked by the configuration's schema. */
export interface TargetSpec {
  readonly name: string;
  readonly mode: Mode;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** The names of the schedules that set these bounds. */
  readonly schedules?: readonly string[];
  /** Also those that no rule uses: one that is not fresh forbids going down all the same. */
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
  /** spec.replicas, not the pods there are. */
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

/** Something that ends or begins by itself; seconds from the snapshot's `now`. */
export interface Timer {
  readonly name: string;
  readonly secondsLeft: number;
}

/** Of a change of the count; `none` also where a change was wanted and held. */
export type Direction = "up" | "down" | "none";

/** All there is to tell of one tick, no-ops included: log, Events, metrics and HTTP are told from this one value. */
export interface Decision {
  readonly currentReplicas: number;
  readonly readyReplicas: number;
  /** The highest proposal, before stabilising; null when a bound alone decided. */
  readonly recommendedReplicas: number | null;
  /** After the windows, before the policies and bounds. */
  readonly stabilisedReplicas: number;
  /** What is written, if it differs from the current count. */
  readonly desiredReplicas: number;
  readonly direction: Direction;
  readonly proposals: readonly Proposal[];
  /** Of the winning rules first, then what changed their count, in the order in which it did. */
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
