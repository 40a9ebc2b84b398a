import assert from "node:assert/strict";
import { Metrics } from "../../../../autoscaler/src/observe/metrics.ts";
import { metricDefinitions } from "../../../../autoscaler/src/observe/metricDefinitions.ts";
import { blindRecord, spec, tickRecord } from "../records.ts";

const quiet = { processMetrics: false };

/** Series → value, as a scrape sees them. */
async function scrape(metrics: Metrics): Promise<Map<string, number>> {
  const text = await metrics.registry.metrics();
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]));
}

describe("Metrics", () => {
  it("starts counters of known labels at 0 and leaves unknown gauges out", async () => {
    const series = await scrape(new Metrics([spec], quiet));
    assert.equal(series.get('autoscaler_metric_read_failures_total{target="worker",metric="queueDepth"}'), 0);
    assert.equal(series.get('autoscaler_scale_failures_total{target="worker",phase="GetScale"}'), 0);
    assert.equal(series.get('autoscaler_decisions_total{target="worker",direction="up"}'), 0);
    assert.equal(series.get('autoscaler_decision_reasons_total{direction="up",reason="AboveTarget"}'), 0);
    assert.equal(series.get("autoscaler_tick_duration_seconds_count"), 0);
    for (const name of ["desired", "current", "ready", "recommended"])
      assert.equal(series.has(`autoscaler_${name}_replicas{target="worker"}`), false, name);
  });

  it("tells nothing of the targets once another process leads", async () => {
    const metrics = new Metrics([spec], quiet);
    metrics.noted({ at: 1, kind: "LeaderElected", detail: "me" });
    metrics.decided(tickRecord());
    assert.equal((await scrape(metrics)).get("autoscaler_leader"), 1);
    metrics.noted({ at: 2, kind: "LeaderLost", detail: "me" });
    const series = await scrape(metrics);
    assert.equal(series.get("autoscaler_leader"), 0);
    for (const name of ["desired_replicas", "current_replicas", "last_tick_timestamp_seconds"])
      assert.equal(series.has(`autoscaler_${name}{target="worker"}`), false, name);
  });

  it("tells a decision", async () => {
    const metrics = new Metrics([spec], quiet);
    metrics.decided(tickRecord({}, { limitedBy: "ScaleUpLimit", recommendedReplicas: 12 }));
    const series = await scrape(metrics);
    const expected = {
      'autoscaler_desired_replicas{target="worker"}': 8,
      'autoscaler_current_replicas{target="worker"}': 8,
      'autoscaler_ready_replicas{target="worker"}': 3,
      'autoscaler_recommended_replicas{target="worker"}': 12,
      'autoscaler_proposed_replicas{target="worker",rule="backlog"}': 8,
      'autoscaler_decisions_total{target="worker",direction="up"}': 1,
      'autoscaler_decision_reasons_total{direction="up",reason="AboveTarget"}': 1,
      autoscaler_tick_duration_seconds_count: 1,
      'autoscaler_rescales_total{target="worker",direction="up"}': 1,
      'autoscaler_limited{target="worker",reason="ScaleUpLimit"}': 1,
      'autoscaler_metric_value{target="worker",metric="queueDepth"}': 800,
      'autoscaler_metric_age_seconds{target="worker",metric="queueDepth"}': 2,
      'autoscaler_metric_signal{target="worker",metric="queueDepth",signal="fresh"}': 1,
      'autoscaler_last_tick_timestamp_seconds{target="worker"}': 1000,
    };
    for (const [name, value] of Object.entries(expected)) assert.equal(series.get(name), value, name);
  });

  it("keeps a limit that bit before at 0 and has none that never did", async () => {
    const metrics = new Metrics([spec], quiet);
    for (const limitedBy of ["ScaleUpLimit", "TooManyReplicas", null] as const)
      metrics.decided(tickRecord({}, { limitedBy }));
    metrics.decided(tickRecord({}, { limitedBy: "TooManyReplicas" }));
    const series = [...(await scrape(metrics))].filter(([name]) => name.startsWith("autoscaler_limited"));
    assert.deepEqual(Object.fromEntries(series), {
      'autoscaler_limited{target="worker",reason="ScaleUpLimit"}': 0,
      'autoscaler_limited{target="worker",reason="TooManyReplicas"}': 1,
    });
  });

  it("tells a metric that was never fresh as not fresh", async () => {
    const metrics = new Metrics([spec], quiet);
    metrics.decided(blindRecord());
    const series = [...(await scrape(metrics))].filter(([name]) => name.startsWith("autoscaler_metric_signal"));
    assert.deepEqual(Object.fromEntries(series), {
      'autoscaler_metric_signal{target="worker",metric="queueDepth",signal="fresh"}': 0,
      'autoscaler_metric_signal{target="worker",metric="queueDepth",signal="missing"}': 1,
    });
  });

  it("removes what became unknown instead of telling 0", async () => {
    const metrics = new Metrics([spec], quiet);
    metrics.decided(tickRecord());
    metrics.decided(blindRecord());
    const series = await scrape(metrics);
    for (const name of [
      'autoscaler_metric_value{target="worker",metric="queueDepth"}',
      'autoscaler_metric_age_seconds{target="worker",metric="queueDepth"}',
      'autoscaler_proposed_replicas{target="worker",rule="backlog"}',
      'autoscaler_recommended_replicas{target="worker"}',
    ])
      assert.equal(series.has(name), false, name);
    assert.equal(series.get('autoscaler_metric_read_failures_total{target="worker",metric="queueDepth"}'), 1);
    assert.equal(series.get('autoscaler_metric_signal{target="worker",metric="queueDepth",signal="missing"}'), 1);
    assert.equal(series.get('autoscaler_metric_signal{target="worker",metric="queueDepth",signal="fresh"}'), 0);
  });

  it("counts a failed tick by its phase and forgets the counts", async () => {
    const metrics = new Metrics([spec], quiet);
    metrics.decided(tickRecord());
    metrics.failed({ target: "worker", at: 1002, phase: "GetScale", error: "HTTP 500" });
    const series = await scrape(metrics);
    assert.equal(series.get('autoscaler_scale_failures_total{target="worker",phase="GetScale"}'), 1);
    assert.equal(series.has('autoscaler_current_replicas{target="worker"}'), false);
    assert.equal(series.has('autoscaler_metric_value{target="worker",metric="queueDepth"}'), false);
  });

  it("keeps the old count as current when the write was refused", async () => {
    const metrics = new Metrics([spec], quiet);
    metrics.decided(tickRecord({ outcome: "failed", error: "conflict" }));
    const series = await scrape(metrics);
    assert.equal(series.get('autoscaler_current_replicas{target="worker"}'), 4);
    assert.equal(series.get('autoscaler_scale_failures_total{target="worker",phase="PatchScale"}'), 1);
    assert.equal(series.get('autoscaler_rescales_total{target="worker",direction="up"}'), 0);
  });

  it("registers every defined metric and no other of its own", () => {
    const registered = new Metrics([spec], quiet).registry.getMetricsAsArray().map(({ name }) => name);
    assert.deepEqual(
      registered.sort(),
      Object.values(metricDefinitions)
        .map(({ name }) => name)
        .sort(),
    );
  });
});
