/**
 * Rules and dashboards, for both kinds of Prometheus. The strategy's metrics are recorded; alerts and panels stand here
 * once they are written, and reach every stack without a change elsewhere.
 */

export interface Rule {
  /** Name of an alert; a rule has either this or `record`. */
  readonly alert?: string;
  /** Name of the series that the expression becomes. */
  readonly record?: string;
  /** PromQL. */
  readonly expr: string;
  /** How long the expression must hold before the alert fires, for example 5m. */
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** What the person on call reads: summary, description, runbook_url. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Rules that are evaluated together, in order. */
export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly Rule[];
}

export interface Dashboard {
  /** Name of its file and its ConfigMap. */
  readonly name: string;
  /** Grafana's own model. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** Four samples: a rate follows the load within a minute. */
const soon = "1m";

/** Shares and quantiles of a minute would jump with single requests. */
const steady = "5m";

const perSecond = (series: string, by: string, window: string): string => `sum by (${by}) (rate(${series}[${window}]))`;

/** Of nothing there is no quantile and no share: the series is absent rather than a NaN, which no alert compares. */
const quantile = (share: number, histogram: string, by: string): string =>
  `histogram_quantile(${share}, ${perSecond(`${histogram}_bucket`, `${by}, le`, steady)}) >= 0`;

const share = (part: string, all: string, by: string): string =>
  `${perSecond(part, by, steady)} / (${perSecond(all, by, steady)} > 0)`;

const requests = "http_requests_total";

/** Part of a sum that may have no series yet: a service that never failed has an error rate of 0, not an unknown one. */
const failed = `(${perSecond(`${requests}{status=~"5.."}`, "workload", steady)} or 0 * ${perSecond(requests, "workload", steady)})`;

/**
 * The strategy's metrics that are computed from those of the services (runtime/src/metrics), by its own names, with the
 * unit where Prometheus wants one. `workload` is the tier that tells.
 */
const keyMetrics: RuleGroup = {
  name: "jobsprint-key-metrics",
  rules: [
    { record: "request_rate_per_second", expr: perSecond(requests, "workload", soon) },
    { record: "request_duration_p50_seconds", expr: quantile(0.5, "http_request_duration_seconds", "workload") },
    { record: "request_duration_p95_seconds", expr: quantile(0.95, "http_request_duration_seconds", "workload") },
    { record: "request_duration_p99_seconds", expr: quantile(0.99, "http_request_duration_seconds", "workload") },
    { record: "error_rate", expr: `${failed} / (${perSecond(requests, "workload", steady)} > 0)` },
    { record: "workflow_executions_per_minute", expr: `60 * sum(rate(workflow_executions_total[${steady}]))` },
    {
      record: "workflow_success_rate",
      expr: `sum(rate(workflow_executions_total{outcome="succeeded"}[${steady}])) / (sum(rate(workflow_executions_total[${steady}])) > 0)`,
    },
    {
      record: "database_query_duration_p95_seconds",
      expr: quantile(0.95, "database_query_duration_seconds", "workload, route"),
    },
    {
      record: "cache_hit_rate",
      expr: share('cache_requests_total{result="hit"}', "cache_requests_total", "workload, level"),
    },
    { record: "cache_evictions_per_second", expr: perSecond("cache_evictions_total", "workload", steady) },
    { record: "queue_message_rate_per_second", expr: perSecond("queue_messages_total", "queue, operation", soon) },
    { record: "queue_consumer_lag_p95_seconds", expr: quantile(0.95, "queue_consumer_lag_seconds", "queue") },
  ],
};

export const ruleGroups: readonly RuleGroup[] = [keyMetrics];

/** They reach Grafana, which only a stack on AWS has. */
export const dashboards: readonly Dashboard[] = [];
