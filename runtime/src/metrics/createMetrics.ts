import type { RequestHandler } from "express";
import { Registry, collectDefaultMetrics } from "prom-client";
import type { CacheStatus, CacheTelemetry } from "../cache/telemetry.ts";
import type { DatabaseServerStatus, DatabaseTelemetry } from "../database/telemetry.ts";
import type { QueueStatus, QueueTelemetry } from "../queue/telemetry.ts";
import { httpMiddleware, type HttpOptions } from "./http.ts";
import { createInstruments, type Instruments } from "./instruments.ts";
import { createObserved } from "./observed.ts";
import { startAtZero } from "./startAtZero.ts";
import {
  cacheTelemetry,
  databaseTelemetry,
  queueTelemetry,
  workflowTelemetry,
  type WorkflowTelemetry,
} from "./told.ts";

export interface MetricsOptions {
  /** Where the series are kept; one of its own when absent, so that two in one process do not meet. */
  readonly registry?: Registry;
  /** Also the process's own: processor, memory, event loop, garbage collection. On when absent. */
  readonly defaults?: boolean;
  /** Queues whose counters exist from the start; those of the platform when absent. */
  readonly queues?: readonly string[];
}

/** The series of one service. Served as `registry.metrics()` with `registry.contentType`. */
export interface Metrics {
  readonly registry: Registry;
  /** Middleware for express 5; use it before the routes. */
  http(options?: HttpOptions): RequestHandler;
  readonly workflow: WorkflowTelemetry;
  /** To be handed to `createDatabase`, `createCache` and `connectQueue`. */
  readonly database: DatabaseTelemetry;
  readonly cache: CacheTelemetry;
  readonly queue: QueueTelemetry;
  /** Asked at each scrape. One that throws, rejects or hangs has no series until it answers; the page is served. */
  observeDatabase(status: () => readonly DatabaseServerStatus[]): void;
  observeCache(status: () => CacheStatus): void;
  observeQueue(status: () => QueueStatus | Promise<QueueStatus>): void;
}

/** As in the queue module's topology, which this module does not import; a test compares them. */
const platformQueues = ["workflow", "workflow_priority", "workflow_dlx"];

/** Throws where the registry given already has a metric of the same name. */
export function createMetrics(options: MetricsOptions = {}): Metrics {
  const { registry = new Registry(), defaults = true, queues = platformQueues } = options;
  const observed = createObserved(() => series);
  const series: Instruments = createInstruments(registry, observed.collect);
  startAtZero(series, queues);
  if (defaults) collectDefaultMetrics({ register: registry });
  return {
    registry,
    http: (http) => httpMiddleware(series, http),
    workflow: workflowTelemetry(series),
    database: databaseTelemetry(series),
    cache: cacheTelemetry(series),
    queue: queueTelemetry(series),
    observeDatabase: observed.database.from,
    observeCache: observed.cache.from,
    observeQueue: observed.queue.from,
  };
}
