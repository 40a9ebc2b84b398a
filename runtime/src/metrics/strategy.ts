/** What one of the strategy's key metrics has become. */
export interface StrategyMetric {
  /** As the strategy names it. */
  readonly name: string;
  /** A series, or the series of a recording rule of the platform. */
  readonly series?: string;
  /** Where there is no such series: the query that gives it. */
  readonly query?: string;
  /** Kept as it is, or changed and why. */
  readonly note: string;
}

const unit = "Prometheus wants the unit at the end.";
const recorded = "Recorded by a rule of the platform.";

/** In the strategy's order; tests hold that each name is there once and that Prometheus takes each query. */
export const strategyMetrics: readonly StrategyMetric[] = [
  { name: "request_rate_per_second", series: "request_rate_per_second", note: `Kept. ${recorded}` },
  { name: "request_duration_p50", series: "request_duration_p50_seconds", note: `Changed: ${unit} ${recorded}` },
  { name: "request_duration_p95", series: "request_duration_p95_seconds", note: `Changed: ${unit} ${recorded}` },
  { name: "request_duration_p99", series: "request_duration_p99_seconds", note: `Changed: ${unit} ${recorded}` },
  {
    name: "error_rate",
    series: "error_rate",
    note: `Kept: the share of answers with a status of 5xx, 0 to 1; absent without traffic. ${recorded}`,
  },
  { name: "workflow_executions_per_minute", series: "workflow_executions_per_minute", note: `Kept. ${recorded}` },
  {
    name: "workflow_execution_duration",
    series: "workflow_execution_duration_seconds",
    note: `Changed: a histogram, since a mean says little about runs of seconds and of minutes. ${unit}`,
  },
  {
    name: "workflow_success_rate",
    series: "workflow_success_rate",
    note: `Kept: a share, 0 to 1; absent while nothing ends. ${recorded}`,
  },
  { name: "database_connection_pool_usage", series: "database_connection_pool_usage", note: "Kept: a share, 0 to 1." },
  {
    name: "database_query_duration_p95",
    series: "database_query_duration_p95_seconds",
    note: `Changed: ${unit} ${recorded}`,
  },
  { name: "database_replication_lag", series: "database_replication_lag_seconds", note: `Changed: ${unit}` },
  {
    name: "cache_hit_rate",
    series: "cache_hit_rate",
    note: `Kept, by level: Redis is asked only for what memory misses, and one number would hide which of them fails. ${recorded}`,
  },
  {
    name: "cache_memory_usage",
    series: "cache_memory_usage_bytes",
    note: `Changed: ${unit} It is the process's own level; Redis's exporter tells redis_memory_used_bytes.`,
  },
  { name: "cache_evictions_per_second", series: "cache_evictions_per_second", note: `Kept. ${recorded}` },
  {
    name: "queue_depth",
    query: "max by (queue) (queue_depth)",
    note: "Kept: every process tells the same queue, so the max is right and the sum is not.",
  },
  {
    name: "queue_message_rate",
    series: "queue_message_rate_per_second",
    note: `Changed: ${unit} By operation, since what comes and what goes are two rates. ${recorded}`,
  },
  {
    name: "queue_consumer_lag",
    series: "queue_consumer_lag_seconds",
    note: `Changed: ${unit} A histogram, and queue_consumer_lag_p95_seconds is recorded by a rule of the platform.`,
  },
  {
    name: "cpu_usage_percent",
    query: "100 * sum by (workload) (rate(process_cpu_seconds_total[5m]))",
    note: "A query, percent of one core: the process's own figure is on every stack. Nodes: kube-prometheus-stack's node exporter on AWS.",
  },
  {
    name: "memory_usage_percent",
    query:
      '100 * sum by (pod) (container_memory_working_set_bytes{container!=""}) / sum by (pod) (kube_pod_container_resource_limits{resource="memory"})',
    note: "A query over kube-prometheus-stack's series, on AWS alone. On other stacks process_resident_memory_bytes by pod is told.",
  },
  {
    name: "disk_usage_percent",
    query: "100 * (1 - kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes)",
    note: "A query over the kubelet's series, on AWS alone: services have no disk, the data stores' claims have.",
  },
  {
    name: "network_io",
    query:
      "sum by (pod) (rate(container_network_receive_bytes_total[5m]) + rate(container_network_transmit_bytes_total[5m]))",
    note: "A query over the kubelet's series in bytes a second, on AWS alone.",
  },
];
