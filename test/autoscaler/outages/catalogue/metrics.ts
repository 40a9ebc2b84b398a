import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { startPrometheus, type PrometheusServer } from "../../../../local/servers/prometheus.ts";
import { until } from "../../../support/until.ts";
import type { Outage } from "../outage.ts";
import type { LogLine, ScalerOptions } from "../scaler.ts";

/** A gauge that asks for 8 replicas, with a sample time of its own so that an old sample lingers. */
class Exporter {
  present = true;
  frozenAt: number | undefined;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((_, response) => {
      const time = this.frozenAt ?? Date.now();
      response.setHeader("content-type", "text/plain; version=0.0.4");
      response.end(this.present ? `load 800 ${time}\n` : "other 1\n");
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

let exporter: Exporter;
let prometheus: PrometheusServer;

export async function startMetrics(): Promise<void> {
  exporter = new Exporter();
  const target = await exporter.listen();
  const scrapeConfigs = [{ job_name: "load", static_configs: [{ targets: [target] }] }];
  prometheus = await startPrometheus({ scrapeConfigs, scrapeIntervalSeconds: 1 });
  const query = `${prometheus.url}/api/v1/query?query=load`;
  await until("a sample is stored", async () => (await (await fetch(query)).text()).includes("800"), 20);
}

export async function stopMetrics(): Promise<void> {
  exporter.close();
  await prometheus.stop();
}

/** The queue decides; a second rule looks at the gauge. */
const withGauge = (): Partial<ScalerOptions> => ({
  top: { prometheus: { url: prometheus.url } },
  metrics: { load: { prometheus: { query: "load" } } },
  target: twoRules,
});

const twoRules = {
  rules: [
    { name: "backlog", perReplica: { metric: "queueDepth", target: 100 } },
    { name: "load", perReplica: { metric: "load", target: 100 } },
  ],
};

const loadIsMissing = ({ decision }: LogLine): boolean => decision?.signals["load"]?.kind === "missing";

/** Even where the queue alone asks for fewer replicas, nothing falls. */
async function emptyQueueHolds({ cluster, name, seen }: Parameters<Outage["breaks"]>[0]): Promise<void> {
  await seen("the gauge is missing", loadIsMissing);
  await cluster.fill(name, 100);
  await seen("the queue asks for fewer", ({ decision }) => {
    const asked = decision?.proposals.find(({ rule }) => rule === "backlog")?.replicas ?? Infinity;
    return asked < 8 && decision?.desiredReplicas === 8 && decision.reasons.includes("SignalNotFresh");
  });
  await cluster.fill(name, 800);
}

export const metricOutages: readonly Outage[] = [
  {
    name: "Prometheus query with no series",
    meanwhile: "The count holds: no series is unknown, not 0.",
    told: "`load` missing: no series …; SignalNotFresh",
    options: withGauge,
    async breaks(rig) {
      exporter.present = false;
      await emptyQueueHolds(rig);
    },
    mends() {
      exporter.present = true;
      return gaugeIsBack();
    },
  },
  {
    name: "Stale sample",
    meanwhile: "The count holds, though Prometheus itself would go on to tell the old value for five minutes.",
    told: "`load` missing: … none with a sample young enough; SignalNotFresh",
    options: withGauge,
    async breaks(rig) {
      exporter.frozenAt = Date.now();
      await emptyQueueHolds(rig);
    },
    mends() {
      exporter.frozenAt = undefined;
      return gaugeIsBack();
    },
  },
  {
    name: "One of two metrics down",
    meanwhile: "The other one may raise the count; nothing lowers it.",
    told: "`load` missing: Prometheus …: ECONNREFUSED; SignalNotFresh",
    options: withGauge,
    async breaks(rig) {
      await prometheus.node.stop();
      await emptyQueueHolds(rig);
      await rig.cluster.fill(rig.name, 900);
      await until("the count rises", async () => (await rig.cluster.replicas(rig.name)) === 9);
    },
    async mends() {
      await prometheus.node.start();
      await gaugeIsBack();
    },
  },
];

async function gaugeIsBack(): Promise<void> {
  const query = `${prometheus.url}/api/v1/query?query=load%20and%20(timestamp(load)%20%3E%20time()%20-%204)`;
  await until("the gauge is back", async () => (await (await fetch(query)).text()).includes("800"), 30);
}
