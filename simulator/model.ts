/** The words of the simulator. Times are seconds since the start of the workload, counts are replicas unless said otherwise. */

/** Jobs to come, each with the work that it brings. */
export interface Workload {
  readonly name: string;
  /** Arrivals lie in [0, seconds). */
  readonly seconds: number;
  /** When each job is published, ascending. */
  readonly arrivals: Float64Array;
  /** Seconds that each job keeps one slot of a replica, in the order of `arrivals`. */
  readonly services: Float64Array;
  /** Of the distribution that `services` were drawn from, or their mean. */
  readonly meanServiceSeconds: number;
}

/** The world around an autoscaler: all that is not its decision. */
export interface Scenario {
  /** A job that begins later than this after its arrival is late. */
  readonly maxWaitSeconds: number;
  /** From the order of a replica to Ready, for each start. */
  readonly readinessDelay: Distribution;
  /** The shortest time after which a policy may count on a new replica: what it is configured with. */
  readonly readinessDelaySeconds: number;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Ready at the start, for every policy and for the optimum alike. */
  readonly initialReplicas: number;
  /** Jobs that a replica works on at once. */
  readonly slotsPerReplica: number;
  /** A broker's statistics are as old as this at most. RabbitMQ: 5. */
  readonly statisticsSeconds: number;
  /** From the refresh of the statistics until a policy can see them. */
  readonly metricLagSeconds: number;
  /** Ticks come late by up to this share of their period, evenly spread. */
  readonly tickJitter: number;
  /** A replica that is taken away while it works: finishes within the grace period, or returns its jobs to the head of the queue. */
  readonly scaleIn: { readonly kind: "drain"; readonly graceSeconds: number } | { readonly kind: "kill" };
}

/** Of seconds. */
export type Distribution =
  | { readonly kind: "constant"; readonly mean: number }
  | { readonly kind: "uniform"; readonly mean: number; readonly halfWidth: number }
  | { readonly kind: "exponential"; readonly mean: number }
  /** `cv`: standard deviation ÷ mean. */
  | { readonly kind: "lognormal"; readonly mean: number; readonly cv: number };

/** A broker's statistics, as of their last refresh. */
export interface Statistics {
  readonly observedAt: number;
  readonly ready: number;
  readonly unacknowledged: number;
  /** Per second, over the last refresh (`rate` of the management API). */
  readonly publishRateOfInterval: number;
  /** Per second over the last two refreshes, as this autoscaler's source reads them. */
  readonly publishRate: number;
  readonly deliverRate: number;
  readonly ackRate: number;
  /** Counter: messages published until `observedAt`. */
  readonly published?: number;
}

/** What a policy sees at a tick. */
export interface View {
  readonly now: number;
  /** spec.replicas. */
  readonly replicas: number;
  readonly readyReplicas: number;
  /** Absent until the first refresh. */
  readonly statistics: Statistics | undefined;
  /** Messages ready at this moment (AMQP's passive declare). */
  readonly readyNow: number;
  /** ∫ (waiting + in service) dt since the start, in job-seconds: what a proxy that counts concurrency averages. */
  readonly concurrencySeconds: number;
  /** ∫ (slots in use ÷ slots of ready replicas) dt since the start: what averages of CPU are made of. */
  readonly utilizationSeconds: number;
}

/** An autoscaler in the simulation: asked every `periodSeconds`, answers with spec.replicas. */
export interface Policy {
  readonly periodSeconds: number;
  /** Clamped to the scenario's bounds by whoever asks. */
  decide(view: View): number;
}

/** A policy for one run; `scenario` tells it what an operator would have configured. */
export interface PolicyKind {
  /** For people: "HPA", "KEDA QueueLength". */
  readonly name: string;
  /** What distinguishes it from others of the same name: "target 4, window 60 s". */
  readonly setting: string;
  readonly create: (scenario: Scenario, workload: Pick<Workload, "meanServiceSeconds">) => Policy;
}

/** One run, told. */
export interface Run {
  readonly jobs: number;
  /** Began more than `maxWaitSeconds` after their arrival, or not at all before the end. */
  readonly late: number;
  /** Seconds from arrival to the begin of the work that was finished, in the order of arrival; those never begun: to the end. */
  readonly waits: Float64Array;
  /** From order to end, over all replicas, until `seconds`. */
  readonly podSeconds: number;
  readonly starts: number;
  /** Changes of spec.replicas. */
  readonly moves: number;
  /** Jobs whose replica was taken away before they were done. */
  readonly redelivered: number;
  /** Until the workload's end and the last deadline: the span of `podSeconds`. */
  readonly seconds: number;
  /** Ready replicas over time: each value holds from its time on. */
  readonly supply: Curve;
  /** spec.replicas over time. */
  readonly requested: Curve;
}

/** A step function: `values[i]` from `times[i]` until `times[i + 1]`. */
export interface Curve {
  readonly times: readonly number[];
  readonly values: readonly number[];
}
