import assert from "node:assert/strict";
import { AppsV1Api, CoreV1Api, CustomObjectsApi, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import type { CoreV1Event, KubeConfig } from "@kubernetes/client-node";
import { loadKubeConfig } from "../../../../autoscaler/src/adapters/kubernetes/api/client.ts";
import { EventWriter, KubernetesEventRecorder } from "../../../../autoscaler/src/adapters/kubernetes/eventRecorder.ts";
import { KubernetesCluster } from "../../../../autoscaler/src/adapters/kubernetes/kubernetesCluster.ts";
import type { KubernetesTarget } from "../../../../autoscaler/src/adapters/kubernetes/kubernetesCluster.ts";
import { Outage } from "../../../../autoscaler/src/adapters/kubernetes/api/outage.ts";
import { KubernetesScaleTarget } from "../../../../autoscaler/src/adapters/kubernetes/workload/scaleTarget.ts";
import { systemClock } from "../../../../autoscaler/src/adapters/system/systemClock.ts";
import { ScaleError } from "../../../../autoscaler/src/ports/scaleTarget.ts";
import type { Clock } from "../../../../autoscaler/src/ports/clock.ts";
import type { TargetPods } from "../../../../autoscaler/src/ports/targetPods.ts";
import { apply } from "../../../../local/kubernetes/apply.ts";
import { startControlPlane } from "../../../../local/kubernetes/controlPlane.ts";
import type { ControlPlane } from "../../../../local/kubernetes/controlPlane.ts";
import { until } from "../../../support/until.ts";
import { ManualClock } from "../../control/manualClock.ts";

const namespace = "default";

// A finalizer keeps a deleted pod in sight: without a node nothing else would show it as terminating.
const workload = (kind: string, name: string, replicas: number) => `
apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  replicas: ${replicas}
  ${kind === "StatefulSet" ? `serviceName: ${name}\n  podManagementPolicy: Parallel` : ""}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} }, finalizers: [jobsprint.dev/seen-by-test] }
    spec:
      containers: [{ name: main, image: none, resources: { requests: { cpu: 100m, memory: 64Mi } } }]
`;

// What the autoscaler needs, and nothing else.
const leastPrivilege = `
apiVersion: v1
kind: ServiceAccount
metadata: { name: autoscaler, namespace: ${namespace} }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: autoscaler, namespace: ${namespace} }
rules:
  - { apiGroups: [apps], resources: [deployments/scale], resourceNames: [allowed], verbs: [get, patch] }
  - { apiGroups: [""], resources: [pods], verbs: [get, list, watch] }
  - { apiGroups: [""], resources: [events], verbs: [create] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: autoscaler, namespace: ${namespace} }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: autoscaler }
subjects: [{ kind: ServiceAccount, name: autoscaler, namespace: ${namespace} }]
`;

describe("adapters/kubernetes on a real control plane", function () {
  this.timeout(60_000);
  let cluster: ControlPlane;
  let kubeConfig: KubeConfig;
  let apps: AppsV1Api;
  let core: CoreV1Api;
  const stop = new AbortController();
  const { signal } = stop;

  before(async function () {
    // The first run on a machine builds Kubernetes.
    this.timeout(30 * 60_000);
    cluster = await startControlPlane();
    kubeConfig = loadKubeConfig(cluster.kubeconfigFile);
    apps = kubeConfig.makeApiClient(AppsV1Api);
    core = kubeConfig.makeApiClient(CoreV1Api);
    await apply(cluster, leastPrivilege);
  });

  after(async () => {
    stop.abort();
    await cluster.stop();
  });

  const ref = (name: string, kind = "Deployment") => ({ apiVersion: "apps/v1", kind, name, namespace });
  const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

  /** One without a watch: each answer is the API server's own. */
  function scaleTarget(name: string, kind?: string, config = kubeConfig): KubernetesScaleTarget {
    return new KubernetesScaleTarget(ref(name, kind), {
      ...{ api: config.makeApiClient(CustomObjectsApi), clock: systemClock, competitors: { of: () => undefined } },
      ...{
        outage: new Outage(systemClock),
        workloads: { isLive: () => false, get: () => undefined },
        mayWrite: () => true,
        onNotice: () => undefined,
      },
    });
  }

  function connect(name: string, clock: Clock = systemClock): KubernetesTarget {
    return new KubernetesCluster({ kubeConfig, clock, signal, mayWrite: () => true }).target(ref(name));
  }

  describe("scale target", () => {
    for (const kind of ["Deployment", "StatefulSet", "ReplicaSet"]) {
      it(`gets and patches a ${kind}, also to and from 0`, async () => {
        const name = `kind-${kind.toLowerCase()}`;
        await apply(cluster, workload(kind, name, 2));
        const target = scaleTarget(name, kind);
        const counts = [];
        for (const replicas of [3, 0, 1]) {
          const scale = await target.get(signal);
          counts.push(scale.replicas);
          await target.patch(scale, replicas, signal);
        }
        counts.push((await target.get(signal)).replicas);
        assert.deepEqual(counts, [2, 3, 0, 1]);
        assert.deepEqual(target.selector(), [{ key: "app", operator: "In", values: [name] }]);
        assert.match(target.uid() ?? "", /^[0-9a-f-]{36}$/);
      });
    }

    it("refuses a kind without a scale subresource before any call", () => {
      assert.throws(() => scaleTarget("x", "DaemonSet"), /"apps\/v1 DaemonSet" cannot be scaled/);
    });

    it("a change that leaves the count alone is no conflict", async () => {
      await apply(cluster, workload("Deployment", "relabelled", 1));
      const target = scaleTarget("relabelled");
      const scale = await target.get(signal);
      const body = { metadata: { labels: { touched: "yes" } } };
      await apps.patchNamespacedDeployment({ name: "relabelled", namespace, body }, merge);
      await target.patch(scale, 3, signal);
      assert.equal((await target.get(signal)).replicas, 3);
    });

    it("another writer's count is a conflict, and stays", async () => {
      await apply(cluster, workload("Deployment", "contested", 1));
      const target = scaleTarget("contested");
      const scale = await target.get(signal);
      await apps.patchNamespacedDeploymentScale(
        { name: "contested", namespace, body: { spec: { replicas: 5 } } },
        merge,
      );
      await assert.rejects(target.patch(scale, 3, signal), (error: ScaleError) => {
        assert.equal(error.kind, "conflict");
        assert.match(error.message, /Deployment default\/contested: another writer moved it from 1 to 5/);
        return true;
      });
      assert.equal((await target.get(signal)).replicas, 5);
    });

    it("a workload that does not exist is notFound", async () => {
      const failure = {
        name: "ScaleError",
        kind: "notFound",
        message: /default\/nowhere: HTTP 404: .*"nowhere" not found/,
      };
      await assert.rejects(scaleTarget("nowhere").get(signal), failure);
      await assert.rejects(scaleTarget("nowhere").patch({ replicas: 1, resourceVersion: "1" }, 2, signal), failure);
    });

    it("with least privilege its own target works, any other is forbidden", async () => {
      await apply(cluster, workload("Deployment", "allowed", 1) + "---" + workload("Deployment", "other", 1));
      const kubeconfigFile = await cluster.kubeconfigFor({ serviceAccount: "autoscaler", namespace });
      const config = loadKubeConfig(kubeconfigFile);
      const allowed = scaleTarget("allowed", "Deployment", config);
      await allowed.patch(await allowed.get(signal), 2, signal);
      assert.equal((await allowed.get(signal)).replicas, 2);
      await assert.rejects(scaleTarget("other", "Deployment", config).get(signal), {
        name: "ScaleError",
        kind: "forbidden",
      });
    });
  });

  describe("event recorder", () => {
    async function eventsOf(name: string): Promise<CoreV1Event[]> {
      const list = await core.listNamespacedEvent({ namespace, fieldSelector: `involvedObject.name=${name}` });
      return list.items.filter(({ source }) => source?.component === "jobsprint-autoscaler");
    }

    it("writes an Event once per interval, on the target's uid", async () => {
      await apply(cluster, workload("Deployment", "told", 1));
      const target = scaleTarget("told");
      await target.get(signal);
      const clock = new ManualClock(systemClock.now());
      const recorder = new KubernetesEventRecorder({
        ...{ writer: new EventWriter(core), clock, ref: ref("told"), uid: () => target.uid() },
      });
      const rescale = { type: "Normal", reason: "SuccessfulRescale", message: "New size: 2; reason: backlog" } as const;
      for (let tick = 0; tick < 5; tick++) recorder.record(rescale);
      recorder.record({ ...rescale, message: "New size: 3; reason: backlog" });
      await until("both are written", async () => (await eventsOf("told")).length === 2);
      clock.offset += 599;
      recorder.record(rescale);
      clock.offset += 1;
      recorder.record(rescale);
      await until("the first is told again", async () => (await eventsOf("told")).length === 3);

      const [event] = await eventsOf("told");
      assert.deepEqual(JSON.parse(JSON.stringify(event!.involvedObject)), {
        apiVersion: "apps/v1",
        kind: "Deployment",
        name: "told",
        namespace,
        uid: target.uid(),
      });
      assert.deepEqual([event!.type, event!.reason], ["Normal", "SuccessfulRescale"]);
    });

    it("tells who could not write, and tries again at the next occasion", async () => {
      const kubeconfigFile = await cluster.kubeconfigFor({ user: "nobody" });
      const failures: string[] = [];
      const recorder = new KubernetesEventRecorder({
        ...{ writer: new EventWriter(loadKubeConfig(kubeconfigFile).makeApiClient(CoreV1Api)), clock: systemClock },
        ...{ ref: ref("told"), uid: () => undefined },
        onFailure: (error) => failures.push(error),
      });
      const event = { type: "Warning", reason: "FailedGetScale", message: "HTTP 404" } as const;
      recorder.record(event);
      await until("the refusal is told", () => failures.length === 1);
      recorder.record(event);
      await until("the second refusal is told", () => failures.length === 2);
      assert.match(failures[0]!, /Event FailedGetScale: HTTP 403: .*cannot create resource "events"/);
    });
  });

  describe("target pods", () => {
    async function setReady(name: string): Promise<void> {
      const now = new Date().toISOString();
      const status = { phase: "Running", startTime: now, podIP: "10.9.9.9" };
      const conditions = [{ type: "Ready", status: "True", lastTransitionTime: now }];
      await core.patchNamespacedPodStatus({ name, namespace, body: { status: { ...status, conditions } } }, merge);
    }

    const names = (pods: TargetPods) => (pods.list() ?? []).map(({ name }) => name);

    it("follow a target that is made anew with another selector", async () => {
      await apply(cluster, workload("Deployment", "remade", 1));
      const { pods, scaleTarget } = connect("remade");
      await until("the pod is listed", () => pods.list()?.length === 1);
      await apps.deleteNamespacedDeployment({ name: "remade", namespace });
      await until("it is gone", () =>
        scaleTarget.get(signal).then(
          () => false,
          (error: unknown) => error instanceof ScaleError && error.kind === "notFound",
        ),
      );
      await apply(cluster, workload("Deployment", "remade", 2).replaceAll("app: remade", "app: remade-again"));
      await until("the new pods are listed", () => pods.list()?.length === 2);
    });

    it("sees pods start, become Ready, terminate and go, and survives an API server restart", async () => {
      await apply(cluster, workload("Deployment", "watched", 2));
      const { pods, scaleTarget } = connect("watched");
      assert.equal(pods.list(), undefined);
      await until("two pods are listed", () => pods.list()?.length === 2);
      const [first, second] = pods.list()!;
      assert.deepEqual(
        { phase: first!.phase, ready: first!.ready, terminating: first!.terminating, cpu: first!.cpuRequest },
        { phase: "Pending", ready: false, terminating: false, cpu: 0.1 },
      );

      await setReady(first!.name);
      await until("the pod is Ready", () => pods.list()!.some(({ ready }) => ready));
      const ready = pods.list()!.find(({ name }) => name === first!.name)!;
      assert.equal(ready.address, "10.9.9.9");
      assert.ok(Math.abs(ready.readyChangedAt! - systemClock.now()) < 60);
      await cluster.restartApiServer();
      assert.equal(pods.list()?.length, 2);
      await until("the API answers", async () => (await scaleTarget.get(signal)).replicas === 2);
      await core.deleteNamespacedPod({ name: second!.name, namespace });
      await until("the watch is back and the deleted pod terminates", () =>
        pods.list()!.some(({ name, terminating }) => name === second!.name && terminating),
      );
      await core.patchNamespacedPod({ name: second!.name, namespace, body: { metadata: { finalizers: null } } }, merge);
      await until(
        "the pod is gone and replaced",
        () => !names(pods).includes(second!.name) && names(pods).length === 2,
      );
    });

    it("are unknown once the watch has been down for longer than 30 s, and known again later", async () => {
      await apply(cluster, workload("Deployment", "blinded", 1));
      const clock = new ManualClock(systemClock.now());
      const { pods } = connect("blinded", clock);
      await until("the pod is listed", () => pods.list()?.length === 1);
      await cluster.stopApiServer("SIGKILL");
      await until("the watch has failed and waits to restart", () => clock.sleeping > 0);
      await clock.advance(0.1);
      assert.equal(pods.list()?.length, 1);
      clock.offset += 31;
      assert.equal(pods.list(), undefined);
      await cluster.startApiServer();
      await until("the pods are known again", async () => {
        await clock.advance(5);
        return pods.list()?.length === 1;
      });
    });
  });
});
