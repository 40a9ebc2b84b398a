import assert from "node:assert/strict";
import { Registry } from "prom-client";
import { createMetrics, definitions, type Metrics } from "../../../../runtime/src/metrics/index.ts";
import { queues } from "../../../../runtime/src/queue/topology.ts";
import { seriesOf, tellEverything } from "../support/page.ts";

const create = (): Metrics => createMetrics({ defaults: false });

/** Series that the action changed or made, with their new value. */
async function changes(action: (metrics: Metrics) => void): Promise<Record<string, number>> {
  const metrics = create();
  const before = await seriesOf(metrics);
  action(metrics);
  const after = await seriesOf(metrics);
  // Buckets would be a dozen lines for each observation; sum and count tell it.
  const changed = [...after].filter(([name, value]) => before.get(name) !== value && !name.includes("_bucket"));
  return Object.fromEntries(changed);
}

const idle = { busy: 0, idle: 0, waiting: 0, max: 0 };

describe("createMetrics", () => {
  const told: { name: string; action: (metrics: Metrics) => void; series: Record<string, number> }[] = [
    {
      name: "an execution that runs",
      action: ({ workflow }) => { workflow.started(); },
      series: { workflow_executions_in_flight: 1 },
    },
    {
      name: "an execution that goes back to the queue",
      action: ({ workflow }) => { workflow.started(); workflow.abandoned(); },
      series: {},
    },
    {
      name: "an execution that failed",
      action: ({ workflow }) => { workflow.started(); workflow.finished("failed", 3); },
      series: {
        'workflow_executions_total{outcome="failed"}': 1,
        'workflow_execution_duration_seconds_sum{outcome="failed"}': 3,
        'workflow_execution_duration_seconds_count{outcome="failed"}': 1,
      },
    },
    {
      name: "a statement",
      action: ({ database }) => { database.query({ route: "replica", outcome: "error", seconds: 0.5 }); },
      series: {
        'database_query_duration_seconds_sum{route="replica",outcome="error"}': 0.5,
        'database_query_duration_seconds_count{route="replica",outcome="error"}': 1,
      },
    },
    {
      name: "a fallback and a retry",
      action: ({ database }) => { database.fallback("noReplica"); database.retry("serialization"); },
      series: { 'database_fallbacks_total{reason="noReplica"}': 1, 'database_retries_total{reason="serialization"}': 1 },
    },
    {
      name: "what a cache does",
      action: ({ cache }) => {
        cache.lookup({ level: "redis", result: "stale" });
        cache.load({ outcome: "error", seconds: 2 });
        cache.eviction();
        cache.invalidation({ level: "cdn", outcome: "error" });
      },
      series: {
        'cache_requests_total{level="redis",result="stale"}': 1,
        'cache_load_duration_seconds_sum{outcome="error"}': 2,
        'cache_load_duration_seconds_count{outcome="error"}': 1,
        cache_evictions_total: 1,
        'cache_invalidations_total{level="cdn",outcome="error"}': 1,
      },
    },
    {
      name: "a message that could not be published",
      action: ({ queue }) => { queue.published({ queue: "workflow", outcome: "failed", seconds: 5 }); },
      series: {
        'queue_messages_total{queue="workflow",operation="publish_failed"}': 1,
        'queue_publish_duration_seconds_sum{queue="workflow",outcome="failed"}': 5,
        'queue_publish_duration_seconds_count{queue="workflow",outcome="failed"}': 1,
      },
    },
    {
      name: "a delivery of unknown lag",
      action: ({ queue }) => { queue.delivered({ queue: "workflow", redelivered: true, lagSeconds: null }); },
      series: { 'queue_messages_total{queue="workflow",operation="delivered"}': 1 },
    },
    {
      name: "a delivery by a clock that is behind, as no lag",
      action: ({ queue }) => { queue.delivered({ queue: "workflow", redelivered: false, lagSeconds: -0.1 }); },
      series: {
        'queue_messages_total{queue="workflow",operation="delivered"}': 1,
        'queue_consumer_lag_seconds_count{queue="workflow"}': 1,
      },
    },
    {
      name: "a dead letter",
      action: ({ queue }) => { queue.settled({ queue: "workflow", outcome: "deadLettered", seconds: 1 }); },
      series: {
        'queue_messages_total{queue="workflow",operation="dead_lettered"}': 1,
        'queue_handler_duration_seconds_sum{queue="workflow",outcome="dead_lettered"}': 1,
        'queue_handler_duration_seconds_count{queue="workflow",outcome="dead_lettered"}': 1,
      },
    },
    {
      name: "a replica",
      action: (metrics) => {
        const connections = { busy: 3, idle: 1, waiting: 2, max: 12 };
        metrics.observeDatabase(() => [{ name: "replica-1", role: "replica", inRotation: false, lagSeconds: 0, connections }]);
      },
      series: {
        'database_connection_pool_usage{server="replica-1",role="replica"}': 0.25,
        'database_connections{server="replica-1",role="replica",state="busy"}': 3,
        'database_connections{server="replica-1",role="replica",state="idle"}': 1,
        'database_connections{server="replica-1",role="replica",state="waiting"}': 2,
        'database_connections{server="replica-1",role="replica",state="max"}': 12,
        'database_server_in_rotation{server="replica-1",role="replica"}': 0,
        'database_replication_lag_seconds{server="replica-1"}': 0,
      },
    },
    {
      name: "no lag that is unknown, and no share of no pool",
      action: (metrics) => {
        metrics.observeDatabase(() => [{ name: "primary", role: "primary", inRotation: true, lagSeconds: null, connections: idle }]);
      },
      series: {
        ...Object.fromEntries(Object.keys(idle).map((state) => [`database_connections{server="primary",role="primary",state="${state}"}`, 0])),
        'database_server_in_rotation{server="primary",role="primary"}': 1,
      },
    },
    {
      name: "an empty cache without Redis",
      action: (metrics) => { metrics.observeCache(() => ({ memoryBytes: 0, memoryEntries: 0, redisConnected: false })); },
      series: { cache_memory_usage_bytes: 0, cache_entries: 0, cache_redis_connected: 0 },
    },
    {
      name: "no depth that is unknown",
      action: (metrics) => { metrics.observeQueue(() => ({ connected: false, depth: { workflow: null, workflow_dlx: 0 } })); },
      series: { queue_connected: 0, 'queue_depth{queue="workflow_dlx"}': 0 },
    },
  ]; // prettier-ignore
  for (const { name, action, series } of told) {
    it(`tells ${name}`, async () => {
      assert.deepEqual(await changes(action), series);
    });
  }

  it("registers every definition and nothing else", () => {
    assert.deepEqual(
      create()
        .registry.getMetricsAsArray()
        .map(({ name }) => name)
        .toSorted(),
      Object.values(definitions)
        .map(({ name }) => name)
        .toSorted(),
    );
  });

  it("has a series for every metric but those of requests once everything has been told", async () => {
    const metrics = create();
    tellEverything(metrics);
    const page = [...(await seriesOf(metrics)).keys()];
    const silent = Object.values(definitions).filter(({ name }) => !page.some((series) => series.startsWith(name)));
    assert.deepEqual(
      silent.map(({ name }) => name),
      ["http_requests_total", "http_request_duration_seconds"],
    );
  });

  it("begins at 0 with what is known and has no series of what is not", async () => {
    const series = await seriesOf(create());
    assert.ok([...series.values()].every((value) => value === 0));
    for (const name of ["database_", "cache_memory_", "cache_entries", "cache_redis", "queue_depth", "queue_connected"])
      assert.deepEqual(
        [...series.keys()].filter((one) => one.startsWith(name) && !/_total|_seconds/.test(one)),
        [],
      );
    for (const { name } of queues)
      assert.equal(series.get(`queue_messages_total{queue="${name}",operation="acked"}`), 0);
  });

  it("begins with the queues that it is given", async () => {
    const series = await seriesOf(createMetrics({ defaults: false, queues: ["mail"] }));
    assert.equal(series.get('queue_messages_total{queue="mail",operation="acked"}'), 0);
    assert.ok(![...series.keys()].some((name) => name.includes('queue="workflow"')));
  });

  it("forgets a server that is no longer told", async () => {
    const metrics = create();
    const server = (name: string) => ({
      name,
      role: "replica" as const,
      inRotation: true,
      lagSeconds: 1,
      connections: idle,
    });
    let servers = [server("replica-1"), server("replica-2")];
    metrics.observeDatabase(() => servers);
    await seriesOf(metrics);
    servers = [server("replica-2")];
    const lags = [...(await seriesOf(metrics)).keys()].filter((name) => name.startsWith("database_replication"));
    assert.deepEqual(lags, ['database_replication_lag_seconds{server="replica-2"}']);
  });

  const failures = [
    { name: "throws", status: () => { throw new Error("down"); } },
    { name: "rejects", status: () => Promise.reject(new Error("down")) },
    { name: "hangs", status: () => new Promise<never>(() => undefined) },
  ]; // prettier-ignore
  for (const { name, status } of failures) {
    it(`serves the page without the series of a source that ${name}, and counts it once`, async function () {
      this.timeout(30_000);
      const metrics = create();
      metrics.observeQueue(() => ({ connected: true, depth: { workflow: 3 } }));
      assert.equal((await seriesOf(metrics)).get('queue_depth{queue="workflow"}'), 3);
      metrics.observeQueue(status);
      await seriesOf(metrics);
      const series = await seriesOf(metrics);
      assert.ok(!series.has('queue_depth{queue="workflow"}') && !series.has("queue_connected"));
      assert.ok(series.has("http_requests_in_flight"));
      // The counter may be read before the gauges of its own scrape.
      assert.equal((await seriesOf(metrics)).get('metrics_pull_failures_total{source="queue"}')! >= 2, true);
    });
  }

  it("asks once a scrape, whatever the number of gauges", async () => {
    const metrics = create();
    let asked = 0;
    metrics.observeQueue(() => {
      asked++;
      return { connected: true, depth: {} };
    });
    await seriesOf(metrics);
    await seriesOf(metrics);
    assert.equal(asked, 2);
  });

  it("keeps two in one process apart, or uses the registry that it is given", async () => {
    const [one, other] = [create(), create()];
    one.cache.eviction();
    assert.equal((await seriesOf(other)).get("cache_evictions_total"), 0);
    const registry = new Registry();
    assert.equal(createMetrics({ registry, defaults: false }).registry, registry);
    assert.throws(() => createMetrics({ registry, defaults: false }), /already been registered/);
  });

  it("tells the process's own unless told not to", async () => {
    assert.ok((await seriesOf(createMetrics())).has("process_cpu_seconds_total"));
    assert.ok(!(await seriesOf(create())).has("process_cpu_seconds_total"));
  });
});
