/**
 * One metric of the autoscaler. This file is the only place where their names exist: docs/metrics.md is rendered from
 * it, and dashboards and alerts depend on it, so a name is changed like a contract.
 */
export interface MetricDefinition {
  /** With the unit as suffix where it is not a count, and `_total` for counters, as Prometheus asks. */
  readonly name: string;
  readonly type: "gauge" | "counter" | "histogram";
  /** Closed sets only, besides targets, rules and metrics, which the configuration bounds. */
  readonly labels: readonly string[];
  /** Also what the absence of the series means. */
  readonly help: string;
  /** What the person on call does with it. */
  readonly use: string;
}

/** Key in the code → definition. KEDA tells neither the desired count nor a reason; those are what this list is for. */
export const metricDefinitions = {
  // The counts are four gauges of one label, so that one panel shows how far the cluster lags behind the decision.
  desiredReplicas: {
    name: "autoscaler_desired_replicas",
    type: "gauge",
    labels: ["target"],
    help: "Replicas the last decision wants; absent while there is no decision.",
    use: "Compare with current and ready: a lasting gap means that writes fail or that pods do not start.",
  },
  // What the workload has, whoever wrote it: a step here without a rescale is another writer.
  currentReplicas: {
    name: "autoscaler_current_replicas",
    type: "gauge",
    labels: ["target"],
    help: "spec.replicas of the target as last read; absent while it cannot be read.",
    use: "A count that changes without a rescale in the log was changed by somebody else: look for a second autoscaler.",
  },
  readyReplicas: {
    name: "autoscaler_ready_replicas",
    type: "gauge",
    labels: ["target"],
    help: "Pods of the target that pass readiness and are not going away; absent while they are unknown.",
    use: "Far below current for minutes: look at the pods (image, scheduling, probes), not at the autoscaler.",
  },
  // Not bounded, unlike the desired count: capacity planning asks how far above maxReplicas the load is.
  recommendedReplicas: {
    name: "autoscaler_recommended_replicas",
    type: "gauge",
    labels: ["target"],
    help: "The highest proposal before stabilising and limiting; absent when a bound alone decided.",
    use: "Above maxReplicas for long: the load outgrew the bound, raise maxReplicas or find the cause of the load.",
  },
  // By rule, because the highest one wins: without the losers nobody sees how close they are.
  proposedReplicas: {
    name: "autoscaler_proposed_replicas",
    type: "gauge",
    labels: ["target", "rule"],
    help: "Replicas one rule asks for; absent while the rule cannot say.",
    use: "Shows which rule drives the count; tune that one.",
  },
  // With `none` as well: a loop that changes nothing must not look like one that is stuck.
  decisions: {
    name: "autoscaler_decisions_total",
    type: "counter",
    labels: ["target", "direction"],
    help: "Decisions by direction (up, down, none).",
    use: "No increase for five periods: the loop is stuck or every tick fails. Up and down in turn: the count flaps.",
  },
  // Without the target: reasons by targets would be most of all series.
  decisionReasons: {
    name: "autoscaler_decision_reasons_total",
    type: "counter",
    labels: ["direction", "reason"],
    help: "Decisions of all targets by direction and by the reason of the rule that decided.",
    use: "What most targets are held by; /v1/targets tells the reasons of one.",
  },
  // Only writes that succeeded: `decisions` counts what was wanted.
  rescales: {
    name: "autoscaler_rescales_total",
    type: "counter",
    labels: ["target", "direction"],
    help: "Changes of the count that were written.",
    use: "Many an hour in both directions: lengthen the scale-down window or widen the tolerance.",
  },
  // A gauge for each reason rather than a number for all: an alert names the reason it is for.
  limited: {
    name: "autoscaler_limited",
    type: "gauge",
    labels: ["target", "reason"],
    help: "1 for what kept the count from the recommendation at the last decision, 0 for what did so before; absent for what never did.",
    use: "TooManyReplicas for long needs a higher maxReplicas; SignalNotFresh needs a look at the metric's source.",
  },
  // As read, also when it was too old to use: the age beside it tells so.
  metricValue: {
    name: "autoscaler_metric_value",
    type: "gauge",
    labels: ["target", "metric"],
    help: "Last value read, in the metric's own unit (messages, requests per second, percent); absent when unknown.",
    use: "Check the input before doubting the decision.",
  },
  metricAge: {
    name: "autoscaler_metric_age_seconds",
    type: "gauge",
    labels: ["target", "metric"],
    help: "Age of that value at the last decision; absent when unknown.",
    use: "Near maxMetricAgeSeconds: the source publishes too slowly, and scaling down will be forbidden.",
  },
  // How it was judged, since a value alone does not tell whether it was used.
  metricSignal: {
    name: "autoscaler_metric_signal",
    type: "gauge",
    labels: ["target", "metric", "signal"],
    help: "1 for how the metric was judged at the last decision (fresh, partial, stale, missing, implausible), 0 for how it was before; only fresh is always there.",
    use: "Alert when fresh is 0 for ten minutes: nothing scales down until it is back.",
  },
  // A counter besides the signal: failures between two scrapes do not show in a gauge.
  metricReadFailures: {
    name: "autoscaler_metric_read_failures_total",
    type: "counter",
    labels: ["target", "metric"],
    help: "Reads of a metric that gave an error.",
    use: "A rising rate: look at the source (broker, Prometheus, pods) and the network policy to it; the log has the cause.",
  },
  // By phase, since each has another culprit: the API server, the watch of pods, another writer.
  scaleFailures: {
    name: "autoscaler_scale_failures_total",
    type: "counter",
    labels: ["target", "phase"],
    help: "Ticks that reached no decision or whose write was refused, by phase.",
    use: "GetScale, ReadPods or PatchScale: look at RBAC, the target's name and the API server. Single conflicts heal by themselves.",
  },
  // Without the target: a histogram of a dozen buckets for each would outweigh everything else.
  tickDuration: {
    name: "autoscaler_tick_duration_seconds",
    type: "histogram",
    labels: [],
    help: "Duration of a tick of any target, from reading the scale to the answer of the write.",
    use: "A p99 near the period: a source is slow; the log of level debug tells the duration of each tick.",
  },
  // 0 rather than absent, or a sum over processes of which none leads would be no data instead of 0.
  leader: {
    name: "autoscaler_leader",
    type: "gauge",
    labels: [],
    help: "1 while this process holds the lease and acts, 0 while another one does.",
    use: "The sum over all replicas must be 1: at 0 for half a minute nothing scales; look at the lease and the API server.",
  },
  // A counter, so that a rare kind such as StateNotStored can raise an alert without anybody reading logs.
  notes: {
    name: "autoscaler_notes_total",
    type: "counter",
    labels: ["kind"],
    help: "Changes of leadership, and conditions under which this process works with a limitation.",
    use: "StateNotStored: a restart would forget windows and learned rates; look at the role and at the ConfigMap.",
  },
  // A time rather than an age: it stays true, and grows old, when the loop that would set it is stuck.
  lastTick: {
    name: "autoscaler_last_tick_timestamp_seconds",
    type: "gauge",
    labels: ["target"],
    help: "Epoch seconds of the last decision; absent before the first.",
    use: "Alert when time() minus this exceeds five periods: the target is not looked after.",
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** Those of custom.metrics.k8s.io; absent where it is not served. */
export const customMetricDefinitions = {
  // By code alone: callers name metrics and namespaces as they like, so those would be an open set.
  requests: {
    name: "autoscaler_custom_metrics_requests_total",
    type: "counter",
    labels: ["code"],
    help: "Requests to custom.metrics.k8s.io by HTTP status; probes are among them.",
    use: "401 or 403: certificates of the aggregation layer, RBAC of the caller. 503: the API server or the watch of pods is away.",
  },
  // By outcome, because a pod that does not answer is absent for the HPA and shows nowhere else.
  scrapes: {
    name: "autoscaler_custom_metrics_scrapes_total",
    type: "counter",
    labels: ["pods_namespace", "metric", "outcome"],
    help: "Scrapes of single pods by this replica: measured, or missing (first sample, no answer, no such counter).",
    use: "Missing rises steadily: look at the pods' metrics port and the network policy to it; the HPA scales down less.",
  },
  // As few pods with a value as the HPA sees.
  pods: {
    name: "autoscaler_custom_metrics_pods",
    type: "gauge",
    labels: ["pods_namespace", "metric"],
    help: "Ready pods with a value that is young enough, at the last scrape; absent while the pods are unknown.",
    use: "Compare with the Ready pods of the workload: for those that lack a value the HPA assumes the cautious one.",
  },
  age: {
    name: "autoscaler_custom_metrics_age_seconds",
    type: "gauge",
    labels: ["pods_namespace", "metric"],
    help: "Age of the oldest of these values at the last scrape; absent when there is none.",
    use: "Near maxAgeSeconds: pods answer too slowly; values older than that are absent.",
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;
