import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Counter, Gauge, Registry } from "prom-client";
import { PrometheusSource } from "../../../../autoscaler/src/adapters/prometheus/prometheusSource.ts";
import { systemClock } from "../../../../autoscaler/src/adapters/system/systemClock.ts";
import type { Measurement, Reading } from "../../../../autoscaler/src/core/model.ts";
import { startPrometheus, type PrometheusServer } from "../../../../local/servers/prometheus.ts";
import { until } from "../../../support/until.ts";

describe("prometheus adapter on a real server", function () {
  this.timeout(60_000);
  let exporter: Server;
  let prometheus: PrometheusServer;
  const ends: (() => unknown)[] = [];
  const registry = new Registry();
  const depth = new Gauge({ name: "depth", help: "depth", labelNames: ["queue"], registers: [registry] });
  const odd = new Gauge({ name: "odd", help: "not a number", registers: [registry] });
  const requests = new Counter({ name: "requests_total", help: "requests", registers: [registry] });

  const read = (query: string, maxAgeSeconds = 30): Promise<Reading> =>
    new PrometheusSource({ url: prometheus.url, query, maxAgeSeconds }).read(AbortSignal.timeout(10_000));
  const measure = async (query: string, maxAgeSeconds?: number): Promise<Measurement> => {
    const reading = await read(query, maxAgeSeconds);
    if ("error" in reading) assert.fail(reading.error);
    return reading;
  };
  const errorOf = async (query: string, maxAgeSeconds?: number): Promise<string> => {
    const reading = await read(query, maxAgeSeconds);
    if (!("error" in reading)) assert.fail(`read ${reading.value}`);
    return reading.error;
  };

  before(async () => {
    depth.set({ queue: "a" }, 3);
    depth.set({ queue: "b" }, 4);
    odd.set(NaN);
    exporter = createServer((_, response) => {
      void registry.metrics().then((page) => {
        // Samples with their own time get no staleness mark when the exporter dies: the case that lingers for 5 min.
        const timed = `timed ${Math.PI} ${Date.now()}\n`;
        response.setHeader("content-type", registry.contentType).end(page + timed);
      });
    });
    await new Promise<void>((resolve) => exporter.listen(0, "127.0.0.1", resolve));
    ends.push(() => exporter.close());
    const target = `127.0.0.1:${(exporter.address() as AddressInfo).port}`;
    const scrapeConfigs = [{ job_name: "test", static_configs: [{ targets: [target] }] }];
    prometheus = await startPrometheus({ scrapeConfigs, scrapeIntervalSeconds: 1 });
    ends.push(() => prometheus.stop());
    await until("a scrape is stored", async () => !("error" in (await read("sum(depth)"))), 20);
  });

  after(async () => {
    // Whatever has been started, in reverse, also when a later start failed.
    for (const end of ends.reverse()) await end();
  });

  it("reads one series and a scalar, stamped with the query's time", async () => {
    const reading = await measure("sum(depth)");
    assert.equal(reading.value, 7);
    assert.ok(Math.abs(reading.observedAt - systemClock.now()) < 3);
    assert.equal((await measure('depth{queue="b"}')).value, 4);
    assert.equal((await measure("scalar(sum(depth))")).value, 7);
  });

  it("reads a rate", async () => {
    requests.inc();
    await until("two scrapes lie apart", async () => !("error" in (await read("rate(requests_total[5s])"))), 20);
    assert.ok((await measure("sum(rate(requests_total[30s]))")).value >= 0);
  });

  const failures = [
    {
      name: "no series is missing, not zero",
      query: "none",
      error: /no series, or none with a sample young enough: none$/,
    },
    { name: "several series", query: "depth", error: /2 series instead of one; wrap the query in sum\(\.\.\.\)/ },
    { name: "not a number", query: "odd", error: /the value is NaN/ },
    { name: "infinity", query: "sum(depth) / 0", error: /the value is \+Inf/ },
    { name: "a range vector", query: "depth[1m]", error: /gives a matrix/ },
    { name: "a query that cannot be parsed", query: "sum(", error: /bad_data: .*parse error/ },
  ];
  for (const { name, query, error } of failures) {
    it(`says why it cannot read: ${name}`, async () => {
      assert.match(await errorOf(query), error);
    });
  }

  it("drops a sample older than allowed, where Prometheus itself looks back 5 min", async () => {
    assert.equal((await measure("timed", 4)).value, Math.PI);
    exporter.closeAllConnections();
    await new Promise((resolve) => exporter.close(resolve));
    await until("the sample is too old", async () => "error" in (await read("timed", 4)), 20);
    assert.match(await errorOf("timed", 4), /none with a sample young enough/);
    assert.equal((await measure("timed", 300)).value, Math.PI);
  });

  it("recovers by itself when the server stops and comes back", async () => {
    await prometheus.node.stop();
    assert.match(await errorOf("vector(1)"), /^Prometheus 127\.0\.0\.1:\d+: ECONNREFUSED: vector\(1\)$/);
    await prometheus.node.start();
    assert.equal((await measure("vector(1)")).value, 1);
  });
});
