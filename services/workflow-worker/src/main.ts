import { hostname } from "node:os";
import { createDatabase } from "@jobsprint/runtime/database";
import { createMetrics } from "@jobsprint/runtime/metrics";
import { connectQueue, type Consumer } from "@jobsprint/runtime/queue";
import { pino } from "pino";
import { executor } from "./execute.ts";
import { createExecutionStore } from "./executionStore.ts";
import { startServer } from "./server.ts";
import { readSettings } from "./settings.ts";

// Before anything is opened: a bad environment ends the process with one list of what is wrong.
const settings = readSettings(process.env);
const { reportQueue, prefetch, host, port, graceSeconds } = settings;
const logger = pino({ level: settings.logLevel, base: null });
const metrics = createMetrics({ defaults: true });

const database = createDatabase({ ...settings.database, telemetry: metrics.database, logger });
const queue = await connectQueue({ ...settings.queue, telemetry: metrics.queue, logger });
metrics.observeDatabase(() => database.status());
metrics.observeQueue(() => queue.measure());

const execute = executor({
  ...{ store: createExecutionStore(database), queue, metrics, logger },
  worker: process.env["POD_NAME"] ?? hostname(),
  defaultSeconds: settings.workMilliseconds / 1000,
  ...(reportQueue === undefined ? {} : { reportQueue }),
});
const consumers: Consumer[] = [];
const ready = (): boolean => consumers.length > 0 && consumers.every((consumer) => consumer.subscribed());
const server = await startServer({ host, port, registry: metrics.registry, ready });
for (const [name, count] of Object.entries(prefetch))
  consumers.push(await queue.consume(name, execute, { prefetch: count }));

const stop = async (signal: string): Promise<void> => {
  logger.info({ signal }, "stopping");
  // The server answers until then: the last executions have to be counted, and probes must not fail.
  const stopped = await Promise.all(consumers.map((consumer) => consumer.stop(graceSeconds)));
  const drained = stopped.every(Boolean);
  await Promise.allSettled([queue.close(1), database.close()]);
  server.close();
  // Prometheus keeps its connection open and would hold the process.
  server.closeAllConnections();
  if (!drained) logger.error({ graceSeconds }, "work was cut off by the grace time");
  // Explicit: work that was cut off may still have its timers.
  process.exit(drained ? 0 : 1);
};
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void stop(signal));
