import assert from "node:assert/strict";
import { AppsV1Api, AutoscalingV2Api } from "@kubernetes/client-node";
import { capture } from "../../../../infra/render/capture.ts";
import { manifestsOf, type Manifest } from "../../../../infra/render/manifests.ts";
import { HorizontalPodAutoscalers } from "../../../../infra/scaling/horizontalPodAutoscalers.ts";
import { sizing } from "../../../../infra/sizing.ts";
import { apply, loadKubeConfig } from "../../../../local/kubernetes/apply.ts";
import { startControlPlane, type ControlPlane } from "../../../../local/kubernetes/controlPlane.ts";
import { startKwok } from "../../../../local/kubernetes/kwok.ts";
import { podAnnotations } from "../../../../local/kubernetes/kwokStages.ts";
import { startMetricsServer } from "../../../../local/kubernetes/metricsServer.ts";
import { until } from "../../../support/until.ts";
import { buildServices, images } from "../../unit/services/support/build.ts";

const namespace = "jobsprint";

/** The Deployment as the program declares it, with fake pods that use nearly all they asked for. */
function busy(manifest: Manifest): Manifest {
  const deployment = structuredClone(manifest) as Manifest & {
    spec: { template: { metadata: { annotations: Record<string, string> }; spec: { containers: Container[] } } };
  };
  const { metadata, spec } = deployment.spec.template;
  const cpu = Number.parseInt(spec.containers[0]!.resources.requests.cpu, 10);
  metadata.annotations[podAnnotations.cpu] = `${Math.round(cpu * 0.95)}m`;
  return deployment;
}

interface Container {
  readonly resources: { readonly requests: { readonly cpu: string } };
}

const yaml = (objects: readonly object[]): string => objects.map((one) => JSON.stringify(one)).join("\n---\n");

describe("the program's HPAs under the real HPA controller", function () {
  this.timeout(300_000);
  let cluster: ControlPlane;
  let apps: AppsV1Api;
  let deployments: Manifest[] = [];
  const started: { stop(): Promise<void> }[] = [];

  before(async function () {
    // The first run on a machine builds Kubernetes.
    this.timeout(40 * 60_000);
    cluster = await startControlPlane();
    started.unshift(cluster);
    started.unshift(await startKwok(cluster));
    started.unshift(await startMetricsServer(cluster));
    apps = loadKubeConfig(cluster.kubeconfigFile).makeApiClient(AppsV1Api);

    const tiers = manifestsOf(await buildServices("small"));
    const { resources } = await capture(() => new HorizontalPodAutoscalers("hpas", { images, sizing: sizing.small }));
    deployments = tiers
      .filter(({ kind, metadata }) => kind === "Deployment" && ["frontend", "api-gateway"].includes(metadata.name))
      .map(busy);
    const first = [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
      ...tiers.filter(({ kind }) => ["PriorityClass", "ServiceAccount"].includes(kind)),
    ];
    await apply(cluster, yaml([...first, ...deployments, ...manifestsOf(resources)]));
  });

  after(async () => {
    for (const server of started) await server.stop();
  });

  const replicasOf = async (name: string): Promise<number> =>
    (await apps.readNamespacedDeployment({ name, namespace })).spec?.replicas ?? 0;

  for (const name of ["frontend", "api-gateway"]) {
    // Nobody serves requests_per_second here: the gateway's HPA must still raise the count by the others.
    it(`raise ${name} above its minimum while its pods are busy`, async () => {
      await until(`${name} has more than 2 replicas`, async () => (await replicasOf(name)) > 2, 240);
      await until(
        `the HPA tells that it can scale ${name}`,
        async () => {
          const hpas = loadKubeConfig(cluster.kubeconfigFile).makeApiClient(AutoscalingV2Api);
          const { status } = await hpas.readNamespacedHorizontalPodAutoscaler({ name: `${name}-hpa`, namespace });
          return status?.conditions?.some(({ type, status: is }) => type === "AbleToScale" && is === "True") ?? false;
        },
        60,
      );
    });
  }

  it("keep their count when the Deployment is applied once more", async () => {
    const before = await replicasOf("frontend");
    const [stored] = await apply(cluster, yaml(deployments.filter(({ metadata }) => metadata.name === "frontend")));
    const { replicas } = (stored as { spec: { replicas: number } }).spec;
    // The controller may raise it meanwhile; it is only the fall to the first count that must not be seen.
    assert.ok(replicas >= before, `${replicas} after ${before}`);
  });
});
