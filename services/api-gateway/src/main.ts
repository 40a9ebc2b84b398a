import { setTimeout as delay } from "node:timers/promises";
import { createCache } from "@jobsprint/runtime/cache";
import { createDatabase } from "@jobsprint/runtime/database";
import { createMetrics } from "@jobsprint/runtime/metrics";
import { connectQueue } from "@jobsprint/runtime/queue";
import { pino } from "pino";
import { createApp } from "./app.ts";
import type { Health } from "./health.ts";
import { closeServer, listen } from "./listen.ts";
import { readSettings } from "./settings.ts";

// Before anything is opened: a bad environment ends the process with one list of what is wrong.
const settings = readSettings(process.env);
const { host, port, metricsPort, deregistrationSeconds, graceSeconds } = settings;
const logger = pino({ level: settings.logLevel, base: null });
const metrics = createMetrics({ defaults: true });
const health: Health = { ready: true };

// None of them waits for its server: probes would restart the pod in a loop while one is away.
const database = createDatabase({
  ...settings.database,
  // Half of a request's time: the rest is for the statement and the broker.
  connectTimeoutSeconds: settings.requestSeconds / 2,
  telemetry: metrics.database,
  logger,
});
const cache = await createCache({ ...settings.cache, telemetry: metrics.cache, logger });
const queue = await connectQueue({ ...settings.queue, telemetry: metrics.queue, logger });
metrics.observeDatabase(() => database.status());
metrics.observeCache(() => cache.status());
metrics.observeQueue(() => queue.measure());

const app = createApp({ ...{ database, cache, queue, metrics, logger, health }, settings });
const server = await listen(app, port, host);
const metricsServer = await listen(
  (request, response) => {
    if (request.url !== "/metrics") {
      response.writeHead(404).end("not found\n");
      return;
    }
    void metrics.registry.metrics().then(
      (text) => response.setHeader("content-type", metrics.registry.contentType).end(text),
      () => response.writeHead(500).end("internal error\n"),
    );
  },
  metricsPort,
  host,
);
logger.info({ address: server.address() }, "listening");

const stop = async (signal: string): Promise<void> => {
  logger.info({ signal }, "stopping");
  health.ready = false;
  // Answers as before meanwhile: whoever has not heard yet still sends requests.
  await delay(deregistrationSeconds * 1000);
  const drained = await closeServer(server, graceSeconds);
  if (!drained) logger.error({ graceSeconds }, "requests were cut off by the grace time");
  // After the last answer: a confirm, an invalidation or a row may have been part of it.
  await Promise.allSettled([queue.close(graceSeconds), cache.close(), database.close()]);
  await closeServer(metricsServer, 0);
  process.exit(drained ? 0 : 1);
};
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void stop(signal));
