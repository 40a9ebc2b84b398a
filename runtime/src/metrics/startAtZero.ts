import type { Instruments } from "./instruments.ts";

const outcomes = ["ok", "error"];
const operations = ["published", "publish_failed", "delivered", "acked", "requeued", "dead_lettered"];

/**
 * Gives every known set of labels its 0: a counter that appears with its first increment hides that increment from
 * rate(). Routes are not known before they are asked for, so theirs begin with the first request.
 */
export function startAtZero(series: Instruments, queues: readonly string[]): void {
  for (const outcome of ["succeeded", "failed"]) {
    series.workflowExecutions.inc({ outcome }, 0);
    series.workflowDuration.zero({ outcome });
  }
  for (const source of ["database", "cache", "queue"]) series.pullFailures.inc({ source }, 0);
  database(series);
  cache(series);
  for (const queue of queues) startQueue(series, queue);
}

function database(series: Instruments): void {
  for (const route of ["primary", "replica"])
    for (const outcome of outcomes) series.databaseQueryDuration.zero({ route, outcome });
  for (const reason of ["refused", "noReplica", "behindWrite"]) series.databaseFallbacks.inc({ reason }, 0);
  for (const reason of ["connection", "readOnly", "serialization"]) series.databaseRetries.inc({ reason }, 0);
}

function cache(series: Instruments): void {
  for (const outcome of outcomes) series.cacheLoadDuration.zero({ outcome });
  for (const level of ["memory", "redis"])
    for (const result of ["hit", "miss", "stale", "error"]) series.cacheRequests.inc({ level, result }, 0);
  for (const level of ["memory", "redis", "cdn"])
    for (const outcome of outcomes) series.cacheInvalidations.inc({ level, outcome }, 0);
}

function startQueue(series: Instruments, queue: string): void {
  for (const operation of operations) series.queueMessages.inc({ queue, operation }, 0);
  for (const outcome of ["confirmed", "failed"]) series.queuePublishDuration.zero({ queue, outcome });
  for (const outcome of ["acked", "requeued", "dead_lettered"]) series.queueHandlerDuration.zero({ queue, outcome });
  series.queueLag.zero({ queue });
}
