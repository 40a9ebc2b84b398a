import assert from "node:assert/strict";
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { prometheusFiles } from "../../../../infra/monitoring/prometheusConfig.ts";
import { ruleGroups } from "../../../../infra/monitoring/rules.ts";
import { startPrometheusFrom, type PrometheusServer } from "../../../../local/servers/prometheus.ts";
import { createMetrics, definitions, type Metrics } from "../../../../runtime/src/metrics/index.ts";
import { strategyMetrics } from "../../../../runtime/src/metrics/strategy.ts";
import { until } from "../../../support/until.ts";
import { tellEverything } from "../support/page.ts";

const recorded = ruleGroups.flatMap(({ rules }) => rules.flatMap(({ record }) => record ?? []));

describe("the platform's rules over the page of a service", function () {
  // The first run on a machine unpacks the servers.
  this.timeout(30 * 60_000);
  let metrics: Metrics;
  let service: Server;
  let origin: string;
  let prometheus: PrometheusServer;
  let url: string;

  before(async () => {
    metrics = createMetrics();
    const app = express();
    app.use(metrics.http());
    app.get("/users/:id", (_request, response) => void response.send("user"));
    app.get("/metrics", async (_request, response) => {
      response.set("content-type", metrics.registry.contentType).send(await metrics.registry.metrics());
    });
    service = app.listen(0, "127.0.0.1");
    await once(service, "listening");
    const { port } = service.address() as AddressInfo;
    origin = `http://127.0.0.1:${port}`;
    prometheus = await startPrometheus(port);
    url = prometheus.url;
  });
  after(async () => {
    await prometheus.stop();
    service.closeAllConnections();
    service.close();
  });

  /** One round of everything, so that every counter grows. */
  async function work(): Promise<void> {
    tellEverything(metrics);
    await (await fetch(`${origin}/users/1`)).text();
  }

  interface Sample {
    readonly metric: Readonly<Record<string, string>>;
    readonly value: readonly [time: number, value: string];
  }

  async function query(text: string): Promise<readonly Sample[]> {
    const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(text)}`);
    const { data, error } = (await response.json()) as { data?: { result: Sample[] }; error?: string };
    if (data === undefined) throw new Error(`${text}: ${error ?? "no answer"}`);
    return data.result;
  }

  it("gives each recording rule a sample, and no NaN", async () => {
    for (const record of recorded)
      await until(
        `${record} has a sample`,
        async () => {
          await work();
          const samples = await query(record);
          return samples.length > 0 && samples.every(({ value }) => Number.isFinite(Number(value[1])));
        },
        120,
      );
  });

  it("tells shares of what was told, absent where nothing was", async () => {
    const valueOf = async (text: string): Promise<number> => Number((await query(text))[0]?.value[1]);
    assert.equal(await valueOf("error_rate"), 0);
    assert.equal(await valueOf("workflow_success_rate"), 1);
    assert.equal(await valueOf('cache_hit_rate{level="memory"}'), 1);
    assert.equal(await valueOf('cache_hit_rate{level="redis"}'), 0);
    assert.deepEqual(
      (await query("error_rate")).map(({ metric }) => metric["workload"]),
      ["api-gateway"],
    );
  });

  it("answers every query of the strategy's table, those over the service's own series with a sample", async () => {
    for (const { name, query: text } of strategyMetrics) {
      if (text === undefined) continue;
      const samples = await query(text);
      if (name === "queue_depth" || name === "cpu_usage_percent") assert.ok(samples.length > 0, name);
    }
  });

  it("is a page that Prometheus takes whole", async () => {
    await work();
    await until("the page is scraped", async () => (await query("up")).every(({ value }) => value[1] === "1"));
    const text = await metrics.registry.metrics();
    const series = text.split("\n").filter((line) => line !== "" && !line.startsWith("#")).length;
    await until(
      `${series} samples are taken`,
      async () => Number((await query("scrape_samples_scraped"))[0]?.value[1]) === series,
      30,
    );
    const response = await fetch(`${url}/api/v1/metadata?limit=1000`);
    const { data } = (await response.json()) as { data: Record<string, { type: string; help: string }[]> };
    for (const { name, type, help } of Object.values(definitions))
      assert.deepEqual(
        data[name]?.map((one) => [one.type, one.help]),
        [[type, help]],
        name,
      );
  });
});

/** Scrapes the service as the platform does, with its rules; only more often. */
function startPrometheus(target: number): Promise<PrometheusServer> {
  const configuration = {
    global: { scrape_interval: "500ms", scrape_timeout: "500ms", evaluation_interval: "500ms" },
    rule_files: ["rules.yml"],
    scrape_configs: [
      {
        job_name: "jobsprint",
        static_configs: [{ targets: [`127.0.0.1:${target}`], labels: { workload: "api-gateway" } }],
      },
    ],
  };
  return startPrometheusFrom({ ...prometheusFiles(), "prometheus.yml": JSON.stringify(configuration) });
}
