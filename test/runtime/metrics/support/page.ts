import type { Metrics } from "../../../../runtime/src/metrics/index.ts";

/** Series as written on the page, `name{label="value"}` → value. */
export async function seriesOf(metrics: Metrics): Promise<ReadonlyMap<string, number>> {
  const lines = (await metrics.registry.metrics()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(" ");
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}

/** Does once everything that a service can do, so that each metric has a series. */
export function tellEverything(metrics: Metrics): void {
  metrics.workflow.started();
  metrics.workflow.finished("succeeded", 2);
  metrics.database.query({ route: "replica", outcome: "ok", seconds: 0.004 });
  metrics.database.fallback("behindWrite");
  metrics.database.retry("connection");
  metrics.cache.lookup({ level: "memory", result: "hit" });
  metrics.cache.lookup({ level: "redis", result: "miss" });
  metrics.cache.load({ outcome: "ok", seconds: 0.02 });
  metrics.cache.eviction();
  metrics.cache.invalidation({ level: "cdn", outcome: "ok" });
  metrics.queue.published({ queue: "workflow", outcome: "confirmed", seconds: 0.003 });
  metrics.queue.delivered({ queue: "workflow", redelivered: false, lagSeconds: 0.2 });
  metrics.queue.settled({ queue: "workflow", outcome: "acked", seconds: 1.5 });
  metrics.observeDatabase(() => [
    { name: "primary", role: "primary", inRotation: true, lagSeconds: null, connections: { busy: 3, idle: 1, waiting: 0, max: 12 } },
    { name: "replica-1", role: "replica", inRotation: true, lagSeconds: 0.5, connections: { busy: 6, idle: 0, waiting: 2, max: 6 } },
  ]); // prettier-ignore
  metrics.observeCache(() => ({ memoryBytes: 4096, memoryEntries: 7, redisConnected: true }));
  metrics.observeQueue(() => ({ connected: true, depth: { workflow: 41, workflow_dlx: 0 } }));
}
