import type { CacheTelemetry } from "../cache/telemetry.ts";
import type { DatabaseTelemetry } from "../database/telemetry.ts";
import type { QueueTelemetry } from "../queue/telemetry.ts";
import type { Instruments } from "./instruments.ts";

/** What became of an execution. */
export type WorkflowOutcome = "succeeded" | "failed";

/** Whoever runs workflows tells it. */
export interface WorkflowTelemetry {
  started(): void;
  /** Seconds since the start. */
  finished(outcome: WorkflowOutcome, seconds: number): void;
  /** It goes back to the queue without an outcome: somebody else starts it again. */
  abandoned(): void;
}

export function workflowTelemetry(series: Instruments): WorkflowTelemetry {
  return {
    started: () => {
      series.workflowInFlight.inc();
    },
    finished: (outcome, seconds) => {
      series.workflowInFlight.dec();
      series.workflowExecutions.inc({ outcome });
      series.workflowDuration.observe({ outcome }, seconds);
    },
    abandoned: () => {
      series.workflowInFlight.dec();
    },
  };
}

export function databaseTelemetry(series: Instruments): DatabaseTelemetry {
  return {
    query: ({ route, outcome, seconds }) => {
      series.databaseQueryDuration.observe({ route, outcome }, seconds);
    },
    fallback: (reason) => {
      series.databaseFallbacks.inc({ reason });
    },
    retry: (reason) => {
      series.databaseRetries.inc({ reason });
    },
  };
}

export function cacheTelemetry(series: Instruments): CacheTelemetry {
  return {
    lookup: (labels) => {
      series.cacheRequests.inc({ level: labels.level, result: labels.result });
    },
    load: ({ outcome, seconds }) => {
      series.cacheLoadDuration.observe({ outcome }, seconds);
    },
    eviction: () => {
      series.cacheEvictions.inc();
    },
    invalidation: ({ level, outcome }) => {
      series.cacheInvalidations.inc({ level, outcome });
    },
  };
}

/** What the telemetry calls an outcome and what the series do. */
const operations = {
  confirmed: "published",
  failed: "publish_failed",
  acked: "acked",
  requeued: "requeued",
  deadLettered: "dead_lettered",
} as const;

export function queueTelemetry(series: Instruments): QueueTelemetry {
  return {
    published: ({ queue, outcome, seconds }) => {
      series.queueMessages.inc({ queue, operation: operations[outcome] });
      series.queuePublishDuration.observe({ queue, outcome }, seconds);
    },
    delivered: ({ queue, lagSeconds }) => {
      series.queueMessages.inc({ queue, operation: "delivered" });
      // Clocks of two machines differ a little; nothing is delivered before it was published.
      if (lagSeconds !== null) series.queueLag.observe({ queue }, Math.max(0, lagSeconds));
    },
    settled: ({ queue, outcome, seconds }) => {
      series.queueMessages.inc({ queue, operation: operations[outcome] });
      series.queueHandlerDuration.observe({ queue, outcome: operations[outcome] }, seconds);
    },
  };
}
