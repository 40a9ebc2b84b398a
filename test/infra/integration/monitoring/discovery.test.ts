import assert from "node:assert/strict";
import { AuthenticationV1TokenRequest, CoreV1Api } from "@kubernetes/client-node";
import { Prometheus } from "../../../../infra/monitoring/prometheus.ts";
import { scrapeConfigs } from "../../../../infra/monitoring/scrapeConfigs.ts";
import { capture } from "../../../../infra/render/capture.ts";
import { manifestsOf } from "../../../../infra/render/manifests.ts";
import { services } from "../../../../infra/services/catalogue.ts";
import { apply, loadKubeConfig } from "../../../../local/kubernetes/apply.ts";
import { startControlPlane, type ControlPlane } from "../../../../local/kubernetes/controlPlane.ts";
import { startKwok } from "../../../../local/kubernetes/kwok.ts";
import { startPrometheus, type PrometheusServer } from "../../../../local/servers/prometheus.ts";
import { until } from "../../../support/until.ts";
import { buildServices } from "../../unit/services/support/build.ts";

const namespace = "jobsprint";
const account = "prometheus";

interface Target {
  readonly labels: { readonly workload: string; readonly pod: string; readonly namespace: string };
  readonly scrapeUrl: string;
}

describe("the scrape configuration, with the real Prometheus and the real API server", function () {
  this.timeout(120_000);
  let cluster: ControlPlane;
  let prometheus: PrometheusServer;
  const started: { stop(): Promise<void> }[] = [];

  before(async function () {
    // The first run on a machine builds Kubernetes.
    this.timeout(40 * 60_000);
    cluster = await startControlPlane();
    started.unshift(cluster);
    started.unshift(await startKwok(cluster));
    const own = await capture(() => new Prometheus("own", { image: "prometheus:1", storageClassName: "standard" }));
    const tiers = manifestsOf(await buildServices("small"));
    const rights = manifestsOf(own.resources).filter(({ kind }) =>
      ["ServiceAccount", "Role", "RoleBinding"].includes(kind),
    );
    const objects = [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
      ...rights,
      ...tiers.filter(({ kind }) => ["PriorityClass", "ServiceAccount"].includes(kind)),
      ...tiers.filter(({ kind }) => kind === "Deployment"),
    ];
    await apply(cluster, objects.map((object) => JSON.stringify(object)).join("\n---\n"));
    prometheus = await startPrometheus({ scrapeConfigs: fromOutside(await tokenOf(account), cluster.url) });
    started.unshift(prometheus);
  });

  after(async () => {
    for (const server of started) await server.stop();
  });

  async function tokenOf(name: string): Promise<string> {
    const core = loadKubeConfig(cluster.kubeconfigFile).makeApiClient(CoreV1Api);
    const body = Object.assign(new AuthenticationV1TokenRequest(), { spec: { audiences: [] } });
    const { status } = await core.createNamespacedServiceAccountToken({ name, namespace, body });
    return status?.token ?? "";
  }

  async function targets(job: string): Promise<Target[]> {
    const response = await fetch(`${prometheus.url}/api/v1/targets?state=active&scrapePool=${job}`);
    return ((await response.json()) as { data: { activeTargets: Target[] } }).data.activeTargets;
  }

  it("finds every tier with the rights of its own account, once, at its port for metrics", async () => {
    const expected = services.map(([name, { ports }]) => `${name} ${ports["metrics"] ?? 0} /metrics`).toSorted();
    let found: string[] = [];
    await until(
      "all tiers are found",
      async () => {
        found = (await targets("jobsprint"))
          .map(
            ({ labels, scrapeUrl }) => `${labels.workload} ${new URL(scrapeUrl).port} ${new URL(scrapeUrl).pathname}`,
          )
          .toSorted();
        return found.length >= expected.length;
      },
      90,
    );
    assert.deepEqual(found, expected);
  });

  it("labels what it finds as the adapter of the HPA needs it", async () => {
    for (const { labels } of await targets("jobsprint")) {
      assert.equal(labels.namespace, namespace);
      assert.ok(labels.pod.startsWith(`${labels.workload}-`), labels.pod);
    }
  });

  it("asks no tier but the broker for queues", async () => {
    assert.deepEqual(await targets("jobsprint-queues"), []);
  });
});

/** The same, from a process that is no pod: it is told where the API server is and who asks. */
function fromOutside(token: string, apiServer: string): object[] {
  const access = {
    api_server: apiServer,
    authorization: { credentials: token },
    tls_config: { insecure_skip_verify: true },
  };
  return scrapeConfigs.map((config) => ({
    ...config,
    kubernetes_sd_configs: config.kubernetes_sd_configs.map((discovery) => ({ ...discovery, ...access })),
  }));
}
