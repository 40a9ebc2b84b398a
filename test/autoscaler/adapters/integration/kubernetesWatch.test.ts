import assert from "node:assert/strict";
import { AppsV1Api, CustomObjectsApi, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import type { KubeConfig } from "@kubernetes/client-node";
import { loadKubeConfig } from "../../../../autoscaler/src/adapters/kubernetes/api/client.ts";
import { KubernetesCluster } from "../../../../autoscaler/src/adapters/kubernetes/kubernetesCluster.ts";
import { systemClock } from "../../../../autoscaler/src/adapters/system/systemClock.ts";
import type { Pause, Scale, ScaleError } from "../../../../autoscaler/src/ports/scaleTarget.ts";
import { apply } from "../../../../local/kubernetes/apply.ts";
import { startControlPlane } from "../../../../local/kubernetes/controlPlane.ts";
import type { ControlPlane } from "../../../../local/kubernetes/controlPlane.ts";
import { until } from "../../../support/until.ts";
import { ManualClock } from "../../control/manualClock.ts";

const namespace = "default";

const workload = (name: string, replicas: number, kind = "Deployment") => `
apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  replicas: ${replicas}
  ${kind === "StatefulSet" ? `serviceName: ${name}` : ""}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: main, image: none }] }
`;

const autoscaler = (name: string, target: string, kind = "Deployment") => `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: ${kind}, name: ${target} }
  maxReplicas: 3
`;

const scaledObjectDefinition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: scaledobjects.keda.sh }
spec:
  group: keda.sh
  scope: Namespaced
  names: { kind: ScaledObject, plural: scaledobjects, singular: scaledobject }
  versions:
    - name: v1alpha1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
`;

// No kind: KEDA's default is a Deployment.
const scaledObject = (name: string, target: string) => `
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: ${name}, namespace: ${namespace} }
spec: { scaleTargetRef: { name: ${target} } }
`;

const scaleOnly = `
apiVersion: v1
kind: ServiceAccount
metadata: { name: scale-only, namespace: ${namespace} }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: scale-only, namespace: ${namespace} }
rules: [{ apiGroups: [apps], resources: [deployments/scale], verbs: [get, patch] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: scale-only, namespace: ${namespace} }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: scale-only }
subjects: [{ kind: ServiceAccount, name: scale-only, namespace: ${namespace} }]
`;

describe("KubernetesCluster on a real control plane", function () {
  this.timeout(60_000);
  let controlPlane: ControlPlane;
  let kubeConfig: KubeConfig;
  let apps: AppsV1Api;
  let notices: string[];
  const stop = new AbortController();
  const { signal } = stop;
  const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

  before(async function () {
    // The first run on a machine builds Kubernetes.
    this.timeout(30 * 60_000);
    controlPlane = await startControlPlane();
    kubeConfig = loadKubeConfig(controlPlane.kubeconfigFile);
    apps = kubeConfig.makeApiClient(AppsV1Api);
    await apply(controlPlane, scaleOnly);
  });

  beforeEach(() => {
    notices = [];
  });

  after(async () => {
    stop.abort();
    await controlPlane.stop();
  });

  const ref = (name: string, kind = "Deployment") => ({ apiVersion: "apps/v1", kind, name, namespace });

  function connect(options: { config?: KubeConfig; mayWrite?: () => boolean; clock?: ManualClock } = {}) {
    const { config = kubeConfig, mayWrite = () => true, clock = systemClock } = options;
    const onNotice = (notice: string) => notices.push(notice);
    return new KubernetesCluster({ kubeConfig: config, clock, signal, mayWrite, onNotice });
  }

  /** A target whose workload is in the watch's cache. */
  async function watched(name: string, options: Parameters<typeof connect>[0] = {}, kind?: string) {
    const cluster = connect(options);
    const target = cluster.target(ref(name, kind));
    await cluster.ready();
    return target.scaleTarget;
  }

  const scaleTo = (name: string, replicas: number) =>
    apps.patchNamespacedDeploymentScale({ name, namespace, body: { spec: { replicas } } }, merge);

  const annotate = (name: string, value: string | null) =>
    apps.patchNamespacedDeployment(
      { name, namespace, body: { metadata: { annotations: { "autoscaling.jobsprint.dev/paused": value } } } },
      merge,
    );

  describe("reads from the watch", () => {
    for (const kind of ["Deployment", "StatefulSet", "ReplicaSet"])
      it(`what the API server says of a ${kind}, without asking it`, async () => {
        const name = `cached-${kind.toLowerCase()}`;
        const object = { group: "apps", version: "v1", plural: `${kind.toLowerCase()}s`, namespace, name };
        await apply(controlPlane, workload(name, 2, kind));
        const target = await watched(name, {}, kind);
        const custom = kubeConfig.makeApiClient(CustomObjectsApi);
        await until("both tell the same version", async () => {
          const { metadata } = (await custom.getNamespacedCustomObject(object)) as {
            metadata: { resourceVersion: string };
          };
          const scale = await target.get(signal);
          return scale.replicas === 2 && scale.resourceVersion === metadata.resourceVersion;
        });
        await controlPlane.stopApiServer("SIGKILL");
        const scale = await target.get(signal).finally(() => controlPlane.startApiServer());
        assert.equal(scale.replicas, 2);
      });

    it("a count of its own at once, another writer's as soon as it is told", async () => {
      await apply(controlPlane, workload("own-patch", 1));
      const target = await watched("own-patch");
      const seen = [];
      for (const replicas of [4, 0, 7, 2, 3]) {
        await target.patch(await target.get(signal), replicas, signal);
        seen.push((await target.get(signal)).replicas);
      }
      assert.deepEqual(seen, [4, 0, 7, 2, 3]);
      await scaleTo("own-patch", 9);
      await until("the other count is told", async () => (await target.get(signal)).replicas === 9);
    });

    it("a workload that is deleted and made anew", async () => {
      const missing = (error: unknown) => (error as ScaleError).kind === "notFound";
      await apply(controlPlane, workload("phoenix", 1));
      const target = await watched("phoenix");
      assert.equal((await target.get(signal)).replicas, 1);
      await apps.deleteNamespacedDeployment({ name: "phoenix", namespace });
      await until("it is gone", () => target.get(signal).then(() => false, missing));
      await assert.rejects(target.get(signal), { name: "ScaleError", message: /phoenix: HTTP 404/ });
      await apply(controlPlane, workload("phoenix", 5));
      await until("the new one is told", async () => (await target.get(signal)).replicas === 5);
    });

    it("an outage as such once it lasts, and goes on where it ended", async () => {
      await apply(controlPlane, workload("resumed", 1));
      const clock = new ManualClock(systemClock.now());
      const target = await watched("resumed", { clock });
      await controlPlane.stopApiServer("SIGKILL");
      assert.equal((await target.get(signal)).replicas, 1);
      await until("the watch has noticed", () => clock.sleeping > 0);
      clock.offset += 6;
      const failed = target.get(signal).then(
        () => "no failure",
        (error: unknown) => error as ScaleError,
      );
      let failure: ScaleError | string | undefined;
      void failed.then((told) => (failure = told));
      await until("the read has been given up", async () => {
        await clock.advance(0.1);
        return failure !== undefined;
      }).finally(() => controlPlane.startApiServer());
      assert.match(String(failure), /ScaleError: get scale of Deployment default\/resumed: .*ECONNREFUSED/);
      await scaleTo("resumed", 6);
      await until("the watch tells what has changed", async () => {
        await clock.advance(5);
        return (await target.get(signal)).replicas === 6;
      });
    });
  });

  describe("a pause by annotation", () => {
    const values: [string | null, Pause | undefined][] = [
      ["true", "both"],
      ["both", "both"],
      ["up", "up"],
      ["down", "down"],
      ["false", undefined],
      ["yes please", "both"],
      ["", undefined],
      [null, undefined],
    ];

    it("is what the value says, and a value that is not understood pauses both and is told once", async () => {
      await apply(controlPlane, workload("paused", 1));
      const target = await watched("paused");
      // Each value is followed through a count of its own, so that its version is known to have been told.
      const paused = [];
      for (const [index, [value]] of values.entries()) {
        await annotate("paused", value);
        await scaleTo("paused", index + 2);
        let scale: Scale | undefined;
        await until("the value is told", async () => (scale = await target.get(signal)).replicas === index + 2);
        paused.push(scale?.paused);
      }
      assert.deepEqual(
        paused,
        values.map(([, pause]) => pause),
      );
      assert.deepEqual(notices, [
        'Deployment default/paused: annotation autoscaling.jobsprint.dev/paused: "yes please" is none of true, both, up, down, false; both directions are paused',
      ]);
    });

    it("still stands after a write of the count", async () => {
      await apply(controlPlane, workload("still-paused", 1));
      await annotate("still-paused", "up");
      const target = await watched("still-paused");
      await target.patch(await target.get(signal), 3, signal);
      const { replicas, paused } = await target.get(signal);
      assert.deepEqual({ replicas, paused }, { replicas: 3, paused: "up" });
    });
  });

  describe("other autoscalers", () => {
    it("of the same workload are named, those of others are not", async () => {
      const others = [
        autoscaler("rival", "contested"),
        autoscaler("of-another", "elsewhere"),
        autoscaler("of-a-namesake", "contested", "StatefulSet"),
      ];
      await apply(controlPlane, [workload("contested", 1), ...others].join("---"));
      const before = await (await watched("contested")).get(signal);
      assert.deepEqual(before.competitors, ["HorizontalPodAutoscaler rival"]);

      await apply(controlPlane, scaledObjectDefinition);
      await until("the definition is served", async () => {
        await apply(controlPlane, scaledObject("keda", "contested"));
        return true;
      });
      const target = await watched("contested");
      assert.deepEqual((await target.get(signal)).competitors, ["HorizontalPodAutoscaler rival", "ScaledObject keda"]);
    });

    it("are none where there is none", async () => {
      await apply(controlPlane, workload("alone", 1));
      assert.deepEqual((await (await watched("alone")).get(signal)).competitors, []);
    });
  });

  it("a process that may not write leaves the count alone", async () => {
    await apply(controlPlane, workload("fenced", 1));
    const target = await watched("fenced", { mayWrite: () => false });
    await assert.rejects(target.patch(await target.get(signal), 5, signal), { kind: "notLeader" });
    assert.equal((await apps.readNamespacedDeploymentScale({ name: "fenced", namespace })).spec?.replicas, 1);
  });

  it("with the right to the scale alone it reads and writes, and says once what it cannot know", async () => {
    await apply(controlPlane, workload("scale-only", 1));
    await annotate("scale-only", "true");
    const kubeconfigFile = await controlPlane.kubeconfigFor({ serviceAccount: "scale-only", namespace });
    const cluster = connect({ config: loadKubeConfig(kubeconfigFile) });
    const { scaleTarget, pods } = cluster.target(ref("scale-only"));
    await cluster.ready();
    await scaleTarget.patch(await scaleTarget.get(signal), 3, signal);
    const { resourceVersion, ...rest } = await scaleTarget.get(signal);
    assert.deepEqual(rest, { replicas: 3 });
    assert.match(resourceVersion, /^\d+$/);
    assert.equal(pods.list(), undefined);
    assert.deepEqual(notices.map((notice) => notice.replace(/HTTP 403.*/, "HTTP 403")).sort(), [
      "Deployment default/scale-only: only its scale may be read, so whether it is paused by annotation is unknown",
      "deployments of namespace default may not be listed and watched: each is read at each tick",
      "pods of namespace default may not be listed and watched: they are unknown",
      "whether other autoscalers act in namespace default is unknown: horizontalpodautoscalers.autoscaling: HTTP 403",
      "whether other autoscalers act in namespace default is unknown: scaledobjects.keda.sh: HTTP 403",
    ]);
  });
});
