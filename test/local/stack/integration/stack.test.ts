import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { AppsV1Api, CoreV1Api, NetworkingV1Api } from "@kubernetes/client-node";
import { runCommand } from "../../../../local/command.ts";
import { apply, loadKubeConfig } from "../../../../local/kubernetes/apply.ts";
import { binary } from "../../../../local/kubernetes/binaries.ts";
import { startControlPlane, type ControlPlane } from "../../../../local/kubernetes/controlPlane.ts";
import { startKwok } from "../../../../local/kubernetes/kwok.ts";
import { applyStack } from "../../../../local/stack/applyStack.ts";
import { keyOf, type StackObject } from "../../../../local/stack/objects.ts";
import { removeStack } from "../../../../local/stack/removeStack.ts";
import { renderStack } from "../../../../local/stack/renderStack.ts";
import { stackStatus } from "../../../../local/stack/stackStatus.ts";
import { until } from "../../../support/until.ts";

const namespace = "jobsprint";

/** Served by real pods alone: nothing answers behind it here. */
const unanswerable = ["APIService"];

const yaml = (...objects: readonly object[]): string => objects.map((one) => JSON.stringify(one)).join("\n---\n");

/** Nobody provides volumes to fake nodes: enough of them, made beforehand. */
function volumes(): string {
  const storageClass = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name: "standard" } };
  const all = Array.from({ length: 16 }, (_, index) => ({
    ...{ apiVersion: "v1", kind: "PersistentVolume", metadata: { name: `volume-${index}` } },
    spec: {
      ...{ storageClassName: "standard", capacity: { storage: "500Gi" }, accessModes: ["ReadWriteOnce"] },
      hostPath: { path: `/volume-${index}` },
    },
  }));
  return yaml({ ...storageClass, provisioner: "kubernetes.io/no-provisioner" }, ...all);
}

describe("the rendered local stack on a real control plane", function () {
  this.timeout(300_000);
  let cluster: ControlPlane;
  let core: CoreV1Api;
  let apps: AppsV1Api;
  let objects: readonly StackObject[];
  const started: { stop(): Promise<void> }[] = [];

  before(async function () {
    this.timeout(30 * 60_000);
    cluster = await startControlPlane();
    started.push(cluster, await startKwok(cluster));
    const config = loadKubeConfig(cluster.kubeconfigFile);
    core = config.makeApiClient(CoreV1Api);
    apps = config.makeApiClient(AppsV1Api);
    await apply(cluster, volumes());
    objects = (await renderStack()).filter(({ kind }) => !unanswerable.includes(kind));
  });

  after(async () => {
    for (const one of started.reverse()) await one.stop();
  });

  const deployment = (name: string): StackObject => {
    const found = objects.find(({ kind, metadata }) => kind === "Deployment" && metadata.name === name);
    assert.ok(found);
    return structuredClone(found);
  };

  /** The objects, some of them replaced or added. */
  const withObjects = (...others: readonly StackObject[]): readonly StackObject[] => {
    const keys = others.map(keyOf);
    return [...objects.filter((one) => !keys.includes(keyOf(one))), ...others];
  };

  it("gets ready wave by wave", async () => {
    const waves: string[] = [];
    const { created, changed, pruned } = await applyStack(cluster, objects, {
      onProgress: ({ text, seconds }) => {
        if (seconds === undefined) waves.push(text.replace(/:.*/, ""));
      },
    });
    assert.deepEqual(waves, ["foundations", "settings", "stores", "preparation", "access", "services", "scaling"]);
    assert.equal(created.length, objects.length);
    assert.deepEqual([changed, pruned], [[], []]);
    const status = await stackStatus(cluster, namespace);
    assert.ok(status);
    // The HPA is at work on the gateway by now.
    const unready = status.workloads.filter(({ ready, name }) => !ready && name !== "api-gateway");
    assert.deepEqual(unready, []);
    assert.ok(status.workloads.some(({ name, text }) => name === "rabbitmq" && text === "3/3 ready"));
  });

  it("lets in whom each NetworkPolicy names, and nobody else", async () => {
    const api = loadKubeConfig(cluster.kubeconfigFile).makeApiClient(NetworkingV1Api);
    const { items } = await api.listNamespacedNetworkPolicy({ namespace });
    // The client's own objects call it `_from`; a rule without it lets everybody in.
    const stored = items.map(({ metadata, spec }) => [
      metadata?.name,
      spec?.ingress?.map(({ _from: peers }) => peers?.length ?? 0) ?? [],
    ]);
    const rendered = objects
      .filter(({ kind }) => kind === "NetworkPolicy")
      .map((object) => {
        const { spec } = object as StackObject & { spec: { ingress?: readonly { from?: readonly object[] }[] } };
        return [object.metadata.name, spec.ingress?.map(({ from }) => from?.length ?? 0) ?? []];
      });
    assert.deepEqual(Object.fromEntries(stored), Object.fromEntries(rendered));
  });

  it("changes nothing when it is applied again, and leaves counts that others set", async () => {
    const worker = { name: "workflow-worker", namespace };
    const scale = await apps.readNamespacedDeploymentScale(worker);
    scale.spec!.replicas = 3;
    await apps.replaceNamespacedDeploymentScale({ ...worker, body: scale });
    await until(
      "three workers are available",
      async () => (await apps.readNamespacedDeployment(worker)).status?.availableReplicas === 3,
      60,
    );
    const { created, changed, pruned } = await applyStack(cluster, objects);
    assert.deepEqual([created, pruned], [[], []]);
    // Counted by generation: the HPA may have raised the gateway's in this moment.
    assert.deepEqual(
      changed.filter((name) => name !== "Deployment jobsprint/api-gateway"),
      [],
    );
    assert.equal((await apps.readNamespacedDeployment(worker)).spec?.replicas, 3);
  });

  it("deletes what is not rendered any more, and nothing of others", async () => {
    const label = { "app.kubernetes.io/part-of": "jobsprint" };
    await apply(
      cluster,
      yaml({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "other", namespace, labels: label } }),
    );
    const name = "app.kubernetes.io/name";
    const gone = objects.filter(({ metadata }) => metadata.labels?.[name] === "workflow-worker");
    const { pruned } = await applyStack(
      cluster,
      objects.filter((one) => !gone.includes(one)),
    );
    assert.equal(pruned.length, gone.length);
    await assert.rejects(apps.readNamespacedDeployment({ name: "workflow-worker", namespace }), /not found/);
    await core.readNamespacedConfigMap({ name: "other", namespace });
    const { created } = await applyStack(cluster, objects);
    assert.equal(created.length, gone.length);
  });

  it("is a set that kubectl reads, refuses to change, and prunes when it is told that it is its own", async () => {
    const kubectl = await binary("kubectl");
    const file = join(cluster.folder, "kept.json");
    // kubectl takes objects of the parent's namespace alone.
    const kept = objects.filter(({ kind, metadata }) => kind === "ConfigMap" && metadata.namespace === namespace);
    writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: kept }));
    const flags = [
      "--server-side",
      "--force-conflicts",
      "--prune",
      "--applyset=configmaps/jobsprint-stack",
      "-n",
      namespace,
    ];
    const env = { ...process.env, KUBECTL_APPLYSET: "true", KUBECONFIG: cluster.kubeconfigFile };
    const prune = (): Promise<string> =>
      runCommand(kubectl, ["apply", ...flags, "--dry-run=server", "-f", file], { env });
    await assert.rejects(prune(), /managed by tooling "jobsprint" instead of "kubectl"/);
    const annotate = (tool: string): Promise<string> =>
      runCommand(
        kubectl,
        [
          "annotate",
          "-n",
          namespace,
          "configmap/jobsprint-stack",
          "--overwrite",
          `applyset.kubernetes.io/tooling=${tool}`,
        ],
        { env },
      );
    await annotate("kubectl/v1.36.3");
    try {
      const output = await prune();
      const deleted = output.split("\n").filter((line) => line.includes(" pruned"));
      assert.equal(deleted.length, objects.filter(({ kind }) => kind !== "ConfigMap").length, output);
      await assert.rejects(
        applyStack(cluster, objects),
        /ConfigMap jobsprint\/jobsprint-stack belongs to kubectl, not to jobsprint/,
      );
    } finally {
      await annotate("jobsprint/v1");
    }
  });

  it("tells why a pod is not scheduled", async () => {
    const tooBig = deployment("autoscaler") as StackObject & {
      spec: { template: { spec: { nodeSelector?: Record<string, string> } } };
    };
    tooBig.spec.template.spec.nodeSelector = { "jobsprint.dev/nowhere": "true" };
    await assert.rejects(
      applyStack(cluster, withObjects(tooBig), { timeoutSeconds: 4 }),
      /Deployment jobsprint\/autoscaler is not ready after \d s: .*\n {2}autoscaler-\S+ is not scheduled: 0\/2 nodes are available/,
    );
    await applyStack(cluster, objects);
  });

  it("tells what an object was refused for, and what belongs to others", async () => {
    const config = objects.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name === "redis");
    assert.ok(config);
    await apply(cluster, yaml({ ...config, data: { "redis.conf": "changed by hand" } }));
    await assert.rejects(
      applyStack(cluster, objects),
      /cannot apply ConfigMap jobsprint\/redis: fields belong to others: \.data\.redis\.conf \(conflict with "local"[^)]*\); --force takes them over/,
    );
    await applyStack(cluster, objects, { force: true });
    const wrong = { ...config, data: { "not a key!": "" } } as StackObject;
    await assert.rejects(
      applyStack(cluster, withObjects(wrong)),
      /cannot apply ConfigMap jobsprint\/redis: ConfigMap "redis" is invalid: data\[not a key!\]/,
    );
  });

  it("replaces a Job that cannot be changed, and says so of anything else", async () => {
    const job = structuredClone(objects.find(({ kind }) => kind === "Job")) as StackObject & {
      spec: { template: { spec: { containers: { image: string }[] } } };
    };
    job.spec.template.spec.containers[0]!.image = "localhost/jobsprint/other:1";
    const { changed } = await applyStack(cluster, withObjects(job));
    assert.deepEqual(changed, [`Job jobsprint/${job.metadata.name}`]);
    const store = structuredClone(objects.find(({ kind }) => kind === "StatefulSet")) as StackObject & {
      spec: { serviceName: string };
    };
    store.spec.serviceName = "other";
    await assert.rejects(
      applyStack(cluster, withObjects(store)),
      /cannot apply StatefulSet jobsprint\/\S+: .*are forbidden; it has to be deleted first/,
    );
  });

  it("ends without a trace", async () => {
    const removed = await removeStack(cluster, namespace);
    assert.equal(removed.length, objects.length);
    await assert.rejects(core.readNamespace({ name: namespace }), /not found/);
    assert.equal(await stackStatus(cluster, namespace), undefined);
    assert.deepEqual(await removeStack(cluster, namespace), []);
  });
});
