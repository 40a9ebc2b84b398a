import type { Cache } from "@jobsprint/runtime/cache";
import type { Database } from "@jobsprint/runtime/database";
import type { Metrics } from "@jobsprint/runtime/metrics";
import type { Queue } from "@jobsprint/runtime/queue";
import express, { type Express } from "express";
import type { Logger } from "pino";
import { executionRoutes } from "./executions/executionRoutes.ts";
import { createExecutionStore } from "./executions/executionStore.ts";
import { executionStarter } from "./executions/startExecution.ts";
import { healthRoutes, type Health } from "./health.ts";
import { onlyJson } from "./http/body.ts";
import { createRoutes } from "./http/call.ts";
import { errorHandler, unknownPath } from "./http/errorHandler.ts";
import type { Settings } from "./settings.ts";
import { cacheWorkflows } from "./workflows/cachedWorkflows.ts";
import { workflowRoutes } from "./workflows/workflowRoutes.ts";
import { createWorkflowStore } from "./workflows/workflowStore.ts";

/** What the routes work with. */
export interface AppParts {
  readonly database: Database;
  readonly cache: Cache;
  readonly queue: Queue;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly health: Health;
  readonly settings: Pick<Settings, "bodyLimitBytes" | "cacheSeconds" | "requestSeconds">;
}

/** The gateway's routes; it listens nowhere yet. */
export function createApp({ database, cache, queue, metrics, logger, health, settings }: AppParts): Express {
  const { bodyLimitBytes, cacheSeconds, requestSeconds } = settings;
  const app = express();
  // Tells strangers nothing, and no client has ever asked with it.
  app.disable("x-powered-by").disable("etag");
  // Before the others: probes are no load.
  app.use(healthRoutes(health));
  app.use(metrics.http());
  app.use((_request, response, next) => {
    // A client that keeps its connection would come back to a pod that is about to go.
    if (!health.ready) response.setHeader("connection", "close");
    next();
  });
  app.use(onlyJson, express.json({ limit: bodyLimitBytes }));
  const routes = createRoutes({ database, requestSeconds });
  const workflows = cacheWorkflows({ store: createWorkflowStore(database), cache, cacheSeconds, logger });
  const store = createExecutionStore(database);
  const start = executionStarter({ store, queue, logger, publishSeconds: Math.max(1, requestSeconds / 2) });
  app.use(workflowRoutes(routes, workflows));
  app.use(executionRoutes(routes, { store, workflows, start }));
  app.use(unknownPath);
  app.use(errorHandler(logger));
  return app;
}
