import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { pino } from "pino";
import { startConsumer } from "./consumer.ts";
import { parseJob } from "./job.ts";
import { createMetrics } from "./metrics.ts";
import { startServer } from "./server.ts";
import { readSettings } from "./settings.ts";

// Before anything is opened: a bad environment ends the process with one list of what is wrong.
const settings = readSettings(process.env);
const { queue, reportQueue, prefetch, host, port, graceSeconds } = settings;
const logger = pino({ level: settings.logLevel, base: null });
const metrics = createMetrics();

const consumer = await startConsumer(
  {
    amqpUrl: settings.amqpUrl,
    // Editors and `kubectl create secret --from-file` leave a line feed at the end.
    username: readFileSync(settings.usernameFile, "utf8").trim(),
    password: readFileSync(settings.passwordFile, "utf8").trim(),
    // The pod's name, so that the broker's list of connections leads to its log.
    ...{ queue, prefetch, name: process.env["POD_NAME"] ?? hostname() },
    ...(reportQueue === undefined ? {} : { reportQueue }),
  },
  async ({ content }) => {
    const { workSeconds } = parseJob(content, settings.workMilliseconds / 1000);
    await delay(workSeconds * 1000);
  },
  { logger, metrics },
);
const server = await startServer({ host, port, registry: metrics.registry, ready: () => consumer.subscribed() });

const stop = async (signal: string): Promise<void> => {
  logger.info({ signal }, "stopping");
  // The server answers until then: the last messages have to be counted, and probes must not fail.
  const drained = await consumer.stop(graceSeconds);
  server.close();
  // Prometheus keeps its connection open and would hold the process.
  server.closeAllConnections();
  if (!drained) logger.error({ graceSeconds }, "work was cut off by the grace time");
  // Explicit: work that was cut off still has its timers.
  process.exit(drained ? 0 : 1);
};
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void stop(signal));
