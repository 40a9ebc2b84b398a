/** Every default of the configuration, each with the reason for its number. */
export const defaults = {
  /** Half the time in which the HPA would not even have looked once (15 s), and cheap: one shared poll a broker. */
  periodSeconds: 2,
  /** Six refreshes of RabbitMQ's statistics (5 s): one lost poll is no outage, half a minute of silence is. */
  maxMetricAgeSeconds: 30,
  /** Ready and unacknowledged: work that is being done still needs the replica that does it. */
  count: "all",
  /** The vhost of a RabbitMQ that nobody has divided. */
  vhost: "/",
  /** A message counts as one. */
  weight: 1,
  /** The path that Prometheus itself assumes. */
  metricsPath: "/metrics",
  /** Three scrapes at the usual 5 s fit in. */
  windowSeconds: 15,
  /** The HPA's --horizontal-pod-autoscaler-tolerance. */
  tolerance: 0.1,
  /** The marks and the stable time of Jobsprint's scaling rules. */
  threshold: {
    /** Percent of the request twice, requests per second of one pod, messages. */
    anyAbove: { cpu: 80, memory: 85, requestRate: 1000, queueDepth: 10_000 },
    /** No queue depth: a backlog is the matter of other rules, whose higher proposal wins. */
    allBelow: { cpu: 30, memory: 40, requestRate: 200 },
    forSeconds: 300,
    /** The steps of Jobsprint's HPA: double or two pods, whichever is more; half on the way down. */
    stepUp: { percent: 100, pods: 2 },
    stepDown: { percent: 50 },
  },
  drain: {
    /** A Node service on a warm node; replaced by what is learned from the first start on. */
    readinessDelaySeconds: 15,
    /** Nothing on top of what the deadlines need: replicas that wait for chance cost more than a short wait. */
    headroom: 0,
    /** One in a hundred: what most objectives allow, and what the simulated comparisons are made at. */
    lateShare: 0.01,
    /** Nobody knows whether a worker finishes what it has when it is told to end. */
    scaleInWhileBusy: false,
  },
  /** Whoever writes a configuration wants the count changed; `observe` is for the days before that. */
  mode: "scale",
  /** As long as the usual window down: longer than nearly all jobs, short enough to wake somebody. */
  stuckConsumers: { forSeconds: 300 },
  /** Time to notice the Event and to pause the target, or for a GitOps tool to show that it goes on. */
  foreignWrites: { holdSeconds: 120 },
  /** Removing idle pods first costs nothing where nobody holds messages. */
  podDeletionCost: true,
  /** Two replicas must never both act, so it is on unless it is switched off. A killed leader is replaced within 15 s. */
  leaderElection: { enabled: true, leaseName: "jobsprint-autoscaler", leaseDurationSeconds: 8 },
  state: {
    store: "configMap",
    configMapName: "jobsprint-autoscaler-state",
    /** What a killed leader has learned in its last seconds may be lost; its writes of counts never are. */
    intervalSeconds: 5,
    /** Rates and delays learned longer ago describe other work. */
    maxAgeSeconds: 3600,
  },
  /** The HPA's own: autoscaling/v2 defaults.go. */
  behavior: {
    scaleUp: {
      stabilizationWindowSeconds: 0,
      selectPolicy: "Max",
      policies: [
        { type: "Pods", value: 4, periodSeconds: 15 },
        { type: "Percent", value: 100, periodSeconds: 15 },
      ],
    },
    scaleDown: {
      stabilizationWindowSeconds: 300,
      selectPolicy: "Max",
      policies: [{ type: "Percent", value: 100, periodSeconds: 15 }],
    },
  },
  /** Prometheus and probes reach the pod from outside it. */
  server: { host: "0.0.0.0", port: 8080 },
  customMetrics: {
    host: "0.0.0.0",
    /** The API server's own: the aggregation layer reaches it through a Service, and no privilege is needed to listen. */
    port: 6443,
    /** Three scrapes before the HPA looks again (15 s). */
    periodSeconds: 5,
    /** Two of the HPA's periods: a value that it has seen already must not steer it for longer. */
    maxAgeSeconds: 30,
  },
  /** A line for each change and each trouble; every tick would be 43,200 lines a day and target. */
  logLevel: "info",
} as const;
