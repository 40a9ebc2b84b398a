import { lagBuckets, publishBuckets, queryBuckets, requestBuckets, workBuckets } from "./buckets.ts";
import type { Definition } from "./definition.ts";

/**
 * Every metric that a service tells. This file is the only place where their names exist: docs/metrics.md is rendered
 * from it, and the recording rules of the platform are computed from these series.
 */
export const definitions = {
  // The autoscaler and the HPA read it from the pods: a rate per pod is what they scale by.
  httpRequests: {
    name: "http_requests_total",
    type: "counter",
    labels: ["method", "route", "status"],
    help: "Requests that ended, by the pattern of the route (`none`: no route matched) and the status (`aborted`: the client left before the answer was complete). Probes are left out.",
    use: "The share of 5xx is the error rate; many `aborted` mean that answers come too late, many `none` that a client has wrong links.",
  },
  // Without the status: it would multiply a dozen buckets, and slow failures show in both anyway.
  httpDuration: {
    name: "http_request_duration_seconds",
    type: "histogram",
    labels: ["method", "route"],
    help: "From the request's arrival to the end of its answer, whatever became of it.",
    use: "Find the route that is slow, then compare with database_query_duration_seconds and cache_load_duration_seconds.",
    buckets: requestBuckets,
  },
  httpInFlight: {
    name: "http_requests_in_flight",
    type: "gauge",
    labels: [],
    help: "Requests that this process is working on.",
    use: "Grows while the rate does not: something behind the service has become slow.",
  },
  workflowExecutions: {
    name: "workflow_executions_total",
    type: "counter",
    labels: ["outcome"],
    help: "Executions that ended: succeeded or failed.",
    use: "A falling share of succeeded: read the errors of the executions before those of the platform.",
  },
  workflowDuration: {
    name: "workflow_execution_duration_seconds",
    type: "histogram",
    labels: ["outcome"],
    help: "Of one execution, without its wait in the queue.",
    use: "Longer executions need more workers for the same rate: compare with the assumption of the capacity plan.",
    buckets: workBuckets,
  },
  workflowInFlight: {
    name: "workflow_executions_in_flight",
    type: "gauge",
    labels: [],
    help: "Executions that have begun in this process and not ended.",
    use: "At its bound on every worker while the queue grows: more workers are needed.",
  },
  // A ratio, so that one alert holds for every size of pool.
  databasePoolUsage: {
    name: "database_connection_pool_usage",
    type: "gauge",
    labels: ["server", "role"],
    help: "Share of the pool's connections that are in use, 0 to 1; absent while unknown.",
    use: "At 1 with callers waiting: look for slow statements and long transactions before a larger pool.",
  },
  databaseConnections: {
    name: "database_connections",
    type: "gauge",
    labels: ["server", "role", "state"],
    help: "Connections that are busy or idle, callers that are waiting for one, and max, the pool's bound; absent while unknown.",
    use: "waiting above 0 for minutes: requests queue for a connection.",
  },
  databaseInRotation: {
    name: "database_server_in_rotation",
    type: "gauge",
    labels: ["server", "role"],
    help: "1 while the server is given statements, 0 while it is left out; absent while unknown.",
    use: "0 for a replica: its lag or its connection is the cause, and the others carry its reads.",
  },
  databaseQueryDuration: {
    name: "database_query_duration_seconds",
    type: "histogram",
    labels: ["route", "outcome"],
    help: "A statement as its caller saw it, attempts and waits for a connection included.",
    use: "Slow with waiting connections: the pool. Slow without: the statement, see pg_stat_statements.",
    buckets: queryBuckets,
  },
  databaseLag: {
    name: "database_replication_lag_seconds",
    type: "gauge",
    labels: ["server"],
    help: "How far a replica is behind; absent while unknown, and for the primary.",
    use: "Growing: the replica cannot keep up with the writes, or a long read holds its replay up.",
  },
  databaseFallbacks: {
    name: "database_fallbacks_total",
    type: "counter",
    labels: ["reason"],
    help: "Reads that went to the primary: refused by a replica, noReplica in rotation, or behindWrite of the same context.",
    use: "noReplica: the primary carries all reads. refused: a statement that writes was taken for a read.",
  },
  databaseRetries: {
    name: "database_retries_total",
    type: "counter",
    labels: ["reason"],
    help: "Further attempts after a lost connection, a failover (readOnly) or a serialization failure.",
    use: "A burst is a failover; a steady rate of serialization is contention on the same rows.",
  },
  cacheRequests: {
    name: "cache_requests_total",
    type: "counter",
    labels: ["level", "result"],
    help: "Lookups by level: hit, miss, stale (served beyond its time because the source failed) or error (the level did not answer).",
    use: "error: Redis. A falling share of hits: a shorter life, a new kind of key, or a burst of invalidations.",
  },
  cacheLoadDuration: {
    name: "cache_load_duration_seconds",
    type: "histogram",
    labels: ["outcome"],
    help: "Calls of loaders, which a miss at every level leads to.",
    use: "What a miss costs: the slower, the more a lost cache hurts.",
    buckets: queryBuckets,
  },
  cacheMemory: {
    name: "cache_memory_usage_bytes",
    type: "gauge",
    labels: [],
    help: "Size of the entries in this process's memory; absent while unknown. Redis tells its own.",
    use: "At its bound with evictions: raise the bound or the pod's memory, or store less.",
  },
  cacheEntries: {
    name: "cache_entries",
    type: "gauge",
    labels: [],
    help: "Entries in this process's memory; absent while unknown.",
    use: "Few and large, or many and small: tells what the memory goes to.",
  },
  cacheConnected: {
    name: "cache_redis_connected",
    type: "gauge",
    labels: [],
    help: "1 while Redis answers this process, 0 while it does not; absent while unknown.",
    use: "0: lookups are answered from memory and the source alone.",
  },
  cacheEvictions: {
    name: "cache_evictions_total",
    type: "counter",
    labels: [],
    help: "Entries that left this process's memory before their time because there was no room.",
    use: "A steady rate with a falling share of hits: the memory level is too small.",
  },
  cacheInvalidations: {
    name: "cache_invalidations_total",
    type: "counter",
    labels: ["level", "outcome"],
    help: "Invalidations by level (memory, redis, cdn).",
    use: "error: old content is served until its time to live ends.",
  },
  queueDepth: {
    name: "queue_depth",
    type: "gauge",
    labels: ["queue"],
    help: "Messages ready in a queue as this process last asked; absent while unknown. Every process tells the same queue: take the max, not the sum.",
    use: "Growing: fewer workers than work. workflow_dlx above 0: messages that no attempt could work on.",
  },
  queueConnected: {
    name: "queue_connected",
    type: "gauge",
    labels: [],
    help: "1 while this process has its connection to the broker, 0 while it does not; absent while unknown.",
    use: "0 on one pod: the pod. 0 on all: the broker or the network policy.",
  },
  queueMessages: {
    name: "queue_messages_total",
    type: "counter",
    labels: ["queue", "operation"],
    help: "Messages by what became of them here: published, publish_failed, delivered, acked, requeued, dead_lettered.",
    use: "published above acked for long: the queue grows. requeued: handlers fail or connections break.",
  },
  // A histogram: the mean over a burst hides the messages that waited longest.
  queueLag: {
    name: "queue_consumer_lag_seconds",
    type: "histogram",
    labels: ["queue"],
    help: "From publishing to delivery, by the publisher's clock; messages without a time are left out.",
    use: "What users wait before their work begins: scale workers by it.",
    buckets: lagBuckets,
  },
  queuePublishDuration: {
    name: "queue_publish_duration_seconds",
    type: "histogram",
    labels: ["queue", "outcome"],
    help: "From the call to the broker's confirm (confirmed) or to giving up (failed).",
    use: "Slow confirms: the broker's disks, or its alarm on memory or disk, which blocks publishers.",
    buckets: publishBuckets,
  },
  queueHandlerDuration: {
    name: "queue_handler_duration_seconds",
    type: "histogram",
    labels: ["queue", "outcome"],
    help: "Of the handler of one message, by what became of it.",
    use: "With the rate of deliveries it gives the number of workers that are needed.",
    buckets: workBuckets,
  },
  // Else a source that fails looks like one that was never there.
  pullFailures: {
    name: "metrics_pull_failures_total",
    type: "counter",
    labels: ["source"],
    help: "Scrapes at which the status of the database, the cache or the queue could not be had in time.",
    use: "Rising: the gauges of that source are absent, which is not 0.",
  },
} as const satisfies Readonly<Record<string, Definition>>;

export type DefinitionKey = keyof typeof definitions;
