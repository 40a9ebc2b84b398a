import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { ApiException, AppsV1Api, AutoscalingV2Api, CoreV1Api, Metrics, VersionApi } from "@kubernetes/client-node";
import { apply, loadKubeConfig } from "../../../local/kubernetes/apply.ts";
import { startControlPlane, type ControlPlane } from "../../../local/kubernetes/controlPlane.ts";
import { startKwok, type Kwok } from "../../../local/kubernetes/kwok.ts";
import { startMetricsServer, type MetricsServer } from "../../../local/kubernetes/metricsServer.ts";
import { until } from "../../support/until.ts";

const podReadySeconds = 3;

interface Workload {
  name: string;
  replicas: number;
  annotations?: Record<string, string>;
}

function deployment({ name, replicas, annotations = {} }: Workload): string {
  const resources = { requests: { cpu: "100m", memory: "64Mi" } };
  return JSON.stringify({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "default" },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, annotations },
        spec: { containers: [{ name: "main", image: "fake", resources }] },
      },
    },
  });
}

/** Processes whose command line mentions the folder. */
function processesOf(folder: string): string[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(folder);
      } catch {
        return false;
      }
    });
}

const forbidden = (error: unknown): boolean => error instanceof ApiException && error.code === 403;

describe("local Kubernetes", function () {
  // The first run on a machine builds everything.
  this.timeout(20 * 60_000);
  let controlPlane: ControlPlane;
  let kwok: Kwok;
  let metricsServer: MetricsServer;
  let core: CoreV1Api;
  let apps: AppsV1Api;

  before(async () => {
    controlPlane = await startControlPlane({ hpaSyncSeconds: 1 });
    kwok = await startKwok(controlPlane, { podReadySeconds });
    metricsServer = await startMetricsServer(controlPlane);
    const admin = loadKubeConfig(controlPlane.kubeconfigFile);
    core = admin.makeApiClient(CoreV1Api);
    apps = admin.makeApiClient(AppsV1Api);
  });

  after(async () => {
    // Undefined where `before` failed half-way.
    await (metricsServer as MetricsServer | undefined)?.stop();
    await (kwok as Kwok | undefined)?.stop();
    await (controlPlane as ControlPlane | undefined)?.stop();
  });

  const podsOf = async (app: string) =>
    (await core.listNamespacedPod({ namespace: "default", labelSelector: `app=${app}` })).items;
  const readyReplicas = async (name: string): Promise<number> =>
    (await apps.readNamespacedDeployment({ name, namespace: "default" })).status?.readyReplicas ?? 0;

  it("answers with the pinned version on a loopback address", async () => {
    const version = await loadKubeConfig(controlPlane.kubeconfigFile).makeApiClient(VersionApi).getCode();
    assert.equal(version.gitVersion, "v1.36.3");
    assert.match(controlPlane.url, /^https:\/\/127\.0\.0\.1:\d+$/);
  });

  it("keeps keys and kubeconfigs from other users", () => {
    const folders = [controlPlane.folder, join(controlPlane.folder, "pki")];
    const secrets = folders
      .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
      .filter((path) => /\.(key|kubeconfig)$/.test(path));
    assert.ok(secrets.length >= 13, `only ${secrets.length} secret files found`);
    for (const path of secrets) assert.equal(statSync(path).mode & 0o077, 0, path);
  });

  it("has fake nodes with names of their own", async () => {
    const { items } = await core.listNode();
    assert.deepEqual(items.map(({ metadata }) => metadata?.name).sort(), kwok.nodeNames);
  });

  it("denies a user without rights, and lets the user do what a role grants, no more", async () => {
    const kubeconfig = await controlPlane.kubeconfigFor({ user: "jane", groups: ["readers"] });
    const jane = loadKubeConfig(kubeconfig).makeApiClient(CoreV1Api);
    await assert.rejects(jane.listNamespacedPod({ namespace: "default" }), forbidden);
    await apply(
      controlPlane,
      `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: readers, namespace: default }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
subjects: [{ apiGroup: rbac.authorization.k8s.io, kind: Group, name: readers }]
`,
    );
    await until("the role is in force", async () => {
      const { kind } = await jane.listNamespacedPod({ namespace: "default" });
      return kind === "PodList";
    });
    await assert.rejects(jane.listNamespacedPod({ namespace: "kube-system" }), forbidden);
    await assert.rejects(jane.listNode(), forbidden);
  });

  it("gives a service account a token of its own", async () => {
    const kubeconfig = await controlPlane.kubeconfigFor({ serviceAccount: "default", namespace: "default" });
    const client = loadKubeConfig(kubeconfig).makeApiClient(CoreV1Api);
    await assert.rejects(
      client.listNode(),
      (error) => forbidden(error) && String(error).includes("system:serviceaccount:default:default"),
    );
  });

  it("applies the same manifest twice, the second time as a change", async () => {
    const manifest = (value: string): string =>
      `# a document of comments alone is skipped\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: twice, namespace: default }\ndata: { key: ${value} }\n`;
    await apply(controlPlane, manifest("one"));
    await apply(controlPlane, manifest("two"));
    const { data } = await core.readNamespacedConfigMap({ name: "twice", namespace: "default" });
    assert.deepEqual(data, { key: "two" });
  });

  it("names the object that the API server refuses", async () => {
    const wrong = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: not_a_name, namespace: default }\n";
    await assert.rejects(
      apply(controlPlane, wrong),
      /cannot apply ConfigMap not_a_name: .*metadata\.name: Invalid value/,
    );
  });

  it("runs a Deployment's pods at once and makes them ready after the delay, not before", async () => {
    await apply(controlPlane, deployment({ name: "delayed", replicas: 3 }));
    await until("all pods run", async () => {
      const pods = await podsOf("delayed");
      return pods.length === 3 && pods.every(({ status }) => status?.phase === "Running");
    });
    assert.equal(await readyReplicas("delayed"), 0);
    await until("all pods are ready", async () => (await readyReplicas("delayed")) === 3, podReadySeconds + 10);
    for (const { status } of await podsOf("delayed")) {
      const readySince = status?.conditions?.find(({ type }) => type === "Ready")?.lastTransitionTime;
      const seconds = (readySince!.getTime() - status!.startTime!.getTime()) / 1000;
      // Kubernetes' times are whole seconds.
      assert.ok(seconds >= podReadySeconds - 1 && seconds <= podReadySeconds + 2, `ready after ${seconds} s`);
    }
  });

  it("takes a pod's own readiness delay and deletes fast", async () => {
    await apply(
      controlPlane,
      deployment({ name: "slow", replicas: 1, annotations: { "kwok.x-k8s.io/ready-after": "1h" } }),
    );
    await apply(
      controlPlane,
      deployment({ name: "quick", replicas: 1, annotations: { "kwok.x-k8s.io/ready-after": "10ms" } }),
    );
    await until("the quick pod is ready", async () => (await readyReplicas("quick")) === 1);
    assert.equal(await readyReplicas("slow"), 0);
    await apps.deleteNamespacedDeployment({ name: "slow", namespace: "default" });
    await until("its pods are gone", async () => (await podsOf("slow")).length === 0);
  });

  it("lets the real HPA scale up and down on the cpu that pods report", async () => {
    const cpu = (quantity: string): string =>
      deployment({ name: "loaded", replicas: 1, annotations: { "kwok.x-k8s.io/usage-cpu": quantity } });
    // 90 % of the request against a target of 50 %: it grows to its maximum, since fake pods do not share the load.
    await apply(controlPlane, cpu("90m"));
    await apply(
      controlPlane,
      `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: loaded, namespace: default }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: loaded }
  minReplicas: 1
  maxReplicas: 4
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 50 } } }]
  behavior: { scaleDown: { stabilizationWindowSeconds: 1 } }
`,
    );
    const replicas = async (): Promise<number | undefined> =>
      (await apps.readNamespacedDeployment({ name: "loaded", namespace: "default" })).spec?.replicas;
    await until("the HPA has scaled to the maximum", async () => (await replicas()) === 4, 120);
    const hpa = loadKubeConfig(controlPlane.kubeconfigFile).makeApiClient(AutoscalingV2Api);
    const { status } = await hpa.readNamespacedHorizontalPodAutoscaler({ name: "loaded", namespace: "default" });
    const utilization = status?.currentMetrics?.[0]?.resource?.current.averageUtilization ?? 0;
    // The rate of a sampled counter is exact only to the clocks of kwok and metrics-server.
    assert.ok(Math.abs(utilization - 90) <= 4, `${utilization} % is not 90 %`);
    const metrics = new Metrics(loadKubeConfig(controlPlane.kubeconfigFile));
    const reported = async () =>
      (await metrics.getPodMetrics("default")).items.filter(({ metadata }) => metadata.labels?.["app"] === "loaded");
    // The pods that the scale-up made are read twice before they have a rate.
    await until("every pod has metrics", async () => (await reported()).length === 4, 60);
    for (const { containers } of await reported()) {
      const nanocores = Number.parseInt(containers[0]!.usage.cpu, 10);
      assert.ok(Math.abs(nanocores - 90e6) <= 4e6, `${containers[0]!.usage.cpu} is not 90m`);
    }

    for (const { metadata } of await podsOf("loaded")) {
      const annotations = { "kwok.x-k8s.io/usage-cpu": "10m" };
      await apply(
        controlPlane,
        JSON.stringify({
          apiVersion: "v1",
          kind: "Pod",
          metadata: { name: metadata!.name, namespace: "default", annotations },
        }),
      );
    }
    await until("the HPA has scaled to the minimum", async () => (await replicas()) === 1, 120);
  });

  it("keeps its data and its controllers over an outage of the API server", async () => {
    await apply(controlPlane, "apiVersion: v1\nkind: Namespace\nmetadata: { name: kept }\n");
    const { metadata } = await core.readNamespace({ name: "kept" });
    await controlPlane.stopApiServer();
    await assert.rejects(core.readNamespace({ name: "kept" }));
    await controlPlane.startApiServer();
    const again = await core.readNamespace({ name: "kept" });
    assert.equal(again.metadata?.uid, metadata?.uid);
    // Scheduler, controllers and kwok have to find back by themselves.
    await apply(controlPlane, deployment({ name: "later", replicas: 2 }));
    await until("new pods are ready", async () => (await readyReplicas("later")) === 2, 60);
  });

  it("runs twice at the same time, and stops without leaving a process or a file", async () => {
    const second = await startControlPlane();
    const secondKwok = await startKwok(second, { nodes: 1 });
    assert.notEqual(second.url, controlPlane.url);
    const { items } = await loadKubeConfig(second.kubeconfigFile).makeApiClient(CoreV1Api).listNode();
    assert.equal(items.length, 1);
    assert.equal(processesOf(second.folder).length, 5);
    await secondKwok.stop();
    await second.stop();
    assert.deepEqual(processesOf(second.folder), []);
    assert.equal(existsSync(second.folder), false);
  });
});
