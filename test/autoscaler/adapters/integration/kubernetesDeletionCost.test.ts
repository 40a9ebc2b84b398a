import assert from "node:assert/strict";
import { AppsV1Api, CoreV1Api, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import type { KubeConfig, V1Pod } from "@kubernetes/client-node";
import { loadKubeConfig } from "../../../../autoscaler/src/adapters/kubernetes/api/client.ts";
import { KubernetesCluster } from "../../../../autoscaler/src/adapters/kubernetes/kubernetesCluster.ts";
import type { KubernetesTarget } from "../../../../autoscaler/src/adapters/kubernetes/kubernetesCluster.ts";
import type { CachedPod } from "../../../../autoscaler/src/adapters/kubernetes/pods/pod.ts";
import { systemClock } from "../../../../autoscaler/src/adapters/system/systemClock.ts";
import type { ScaleIn } from "../../../../autoscaler/src/ports/scaleIn.ts";
import { apply } from "../../../../local/kubernetes/apply.ts";
import { startControlPlane } from "../../../../local/kubernetes/controlPlane.ts";
import type { ControlPlane } from "../../../../local/kubernetes/controlPlane.ts";
import { startKwok } from "../../../../local/kubernetes/kwok.ts";
import { until } from "../../../support/until.ts";
import { ManualClock } from "../../control/manualClock.ts";

const namespace = "default";
const costAnnotation = "controller.kubernetes.io/pod-deletion-cost";

const deployment = (name: string, replicas: number) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: main, image: none }] }
`;

// Reads as the autoscaler does, but without the right to patch pods.
const withoutPatch = `
apiVersion: v1
kind: ServiceAccount
metadata: { name: reader, namespace: ${namespace} }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reader, namespace: ${namespace} }
rules:
  - { apiGroups: [apps], resources: [deployments], verbs: [get, list, watch] }
  - { apiGroups: [""], resources: [pods], verbs: [list, watch] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: reader, namespace: ${namespace} }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader }
subjects: [{ kind: ServiceAccount, name: reader, namespace: ${namespace} }]
`;

interface Rig {
  readonly target: KubernetesTarget;
  readonly scaleIn: ScaleIn;
  /** Address → messages that it holds. */
  readonly held: Map<string, number>;
  readonly listed: () => readonly CachedPod[];
}

describe("pod deletion cost on a real control plane with fake nodes", function () {
  this.timeout(60_000);
  let cluster: ControlPlane;
  let kubeConfig: KubeConfig;
  let core: CoreV1Api;
  let notices: string[];
  const started: { stop(): Promise<void> }[] = [];
  const stop = new AbortController();
  const { signal } = stop;
  const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

  before(async function () {
    // The first run on a machine builds Kubernetes.
    this.timeout(40 * 60_000);
    cluster = await startControlPlane();
    started.unshift(cluster);
    started.unshift(await startKwok(cluster));
    kubeConfig = loadKubeConfig(cluster.kubeconfigFile);
    core = kubeConfig.makeApiClient(CoreV1Api);
    await apply(cluster, withoutPatch);
  });

  beforeEach(() => {
    notices = [];
  });

  after(async () => {
    stop.abort();
    for (const server of started) await server.stop();
  });

  /** A Deployment of ready pods, with what its scale-in is made of. */
  async function rig(
    name: string,
    replicas: number,
    options: { config?: KubeConfig; clock?: ManualClock; mayWrite?: () => boolean } = {},
  ): Promise<Rig> {
    await apply(cluster, deployment(name, replicas));
    const { config = kubeConfig, clock = systemClock, mayWrite = () => true } = options;
    const onNotice = (notice: string) => notices.push(notice);
    const shared = new KubernetesCluster({ kubeConfig: config, clock, signal, mayWrite, onNotice });
    const target = shared.target({ apiVersion: "apps/v1", kind: "Deployment", name, namespace });
    const held = new Map<string, number>();
    const scaleIn = target.scaleIn(() => Promise.resolve(held));
    const listed = () => target.pods.list() ?? [];
    await until("all pods are Ready", () => listed().filter(({ ready }) => ready).length === replicas, 30);
    // A consumer at each that holds nothing, unless the test says otherwise.
    for (const { address } of listed()) held.set(address, 0);
    return { target, scaleIn, held, listed };
  }

  async function pods(name: string): Promise<V1Pod[]> {
    return (await core.listNamespacedPod({ namespace, labelSelector: `app=${name}` })).items;
  }

  /** Pod → cost, without the pods that have none. */
  async function costs(name: string): Promise<Record<string, string>> {
    const annotated = (await pods(name)).map(({ metadata }) => [
      metadata!.name!,
      metadata?.annotations?.[costAnnotation] ?? "",
    ]);
    return Object.fromEntries(annotated.filter(([, cost]) => cost !== "")) as Record<string, string>;
  }

  const annotate = (name: string, cost: string) =>
    core.patchNamespacedPod(
      { name, namespace, body: { metadata: { annotations: { [costAnnotation]: cost } } } },
      merge,
    );

  const costsTold = ({ listed }: Rig) => listed().filter(({ deletionCost }) => deletionCost.cost !== undefined).length;

  it("marks idle pods once, and a pod that is busy again no longer", async () => {
    const one = await rig("marked", 4);
    const [busy, ...idle] = one.listed();
    one.held.set(busy!.address, 5);
    assert.equal(await one.scaleIn.prepare(signal), "3 of 4 pods idle, 3 annotations patched");
    assert.deepEqual(await costs("marked"), Object.fromEntries(idle.map(({ name }) => [name, "-1"])));

    await until("the watch tells the marks", () => costsTold(one) === 3);
    const versions = async () => (await pods("marked")).map(({ metadata }) => metadata?.resourceVersion);
    const before = await versions();
    assert.equal(await one.scaleIn.prepare(signal), "3 of 4 pods idle, 0 annotations patched");
    assert.deepEqual(await versions(), before);

    one.held.set(idle[0]!.address, 1);
    assert.equal(await one.scaleIn.prepare(signal), "2 of 4 pods idle, 1 annotations patched");
    assert.deepEqual(Object.keys(await costs("marked")).sort(), [idle[1]!.name, idle[2]!.name].sort());
    await until("the watch tells it", () => costsTold(one) === 2);
    const released = (await pods("marked")).find(({ metadata }) => metadata?.name === idle[0]!.name);
    assert.deepEqual(released?.metadata?.annotations ?? {}, {});
  });

  it("takes a pod without a known consumer for neither idle nor busy, also when it was idle before", async () => {
    const one = await rig("partly", 2);
    const [known, unknown] = one.listed();
    await one.scaleIn.prepare(signal);
    await until("the watch tells the marks", () => costsTold(one) === 2);
    one.held.delete(unknown!.address);
    assert.equal(await one.scaleIn.prepare(signal), "1 of 2 pods idle, 1 unknown, 1 annotations patched");
    assert.deepEqual(await costs("partly"), { [known!.name]: "-1" });
  });

  it("makes the ReplicaSet controller remove the idle pods first", async () => {
    const one = await rig("shrunk", 6);
    const busy = one.listed().filter((_, index) => index % 2 === 0);
    for (const { address } of busy) one.held.set(address, 3);
    await one.scaleIn.prepare(signal);
    const { scaleTarget } = one.target;
    await scaleTarget.patch(await scaleTarget.get(signal), 3, signal);
    await until("three pods are left", async () => (await pods("shrunk")).length === 3);
    const left = (await pods("shrunk")).map(({ metadata }) => metadata?.name);
    assert.deepEqual(left.sort(), busy.map(({ name }) => name).sort());
  });

  it("leaves a cost that somebody else has set alone, also over one of its own", async () => {
    const one = await rig("foreign", 3);
    const [first, second] = one.listed();
    await annotate(first!.name, "-1");
    await until("the watch tells it", () => costsTold(one) === 1);
    assert.equal(await one.scaleIn.prepare(signal), "3 of 3 pods idle, 2 annotations patched");
    await annotate(second!.name, "100");
    await until("the watch tells it", () => one.listed().some(({ deletionCost }) => deletionCost.cost === "100"));
    for (const { address } of one.listed()) one.held.set(address, 1);
    assert.equal(await one.scaleIn.prepare(signal), "0 of 3 pods idle, 1 annotations patched");
    assert.deepEqual(await costs("foreign"), { [first!.name]: "-1", [second!.name]: "100" });
  });

  it("does not patch a pod that has changed since the watch told of it", async () => {
    const one = await rig("outdated", 1);
    const stale = one.listed();
    await annotate(stale[0]!.name, "7");
    await until("the watch tells it", () => costsTold(one) === 1);
    Object.assign(one.target.pods, { list: () => stale });
    assert.equal(
      await one.scaleIn.prepare(signal),
      "1 of 1 pods idle, 0 annotations patched, 1 pods changed meanwhile",
    );
    assert.deepEqual(await costs("outdated"), { [stale[0]!.name]: "7" });
  });

  it("leaves pods alone that are not Ready or terminate", async () => {
    const one = await rig("unready", 3);
    const [ready, unready, terminating] = one.listed();
    const differences = [{ ...ready! }, { ...unready!, ready: false }, { ...terminating!, terminating: true }];
    Object.assign(one.target.pods, { list: () => differences });
    assert.equal(await one.scaleIn.prepare(signal), "1 of 1 pods idle, 1 annotations patched");
    assert.deepEqual(await costs("unready"), { [ready!.name]: "-1" });
  });

  it("without the right to patch pods is off for 10 minutes and says so", async () => {
    const kubeconfigFile = await cluster.kubeconfigFor({ serviceAccount: "reader", namespace });
    const clock = new ManualClock(systemClock.now());
    const one = await rig("forbidden", 2, { config: loadKubeConfig(kubeconfigFile), clock });
    const refused = /^annotating pods is forbidden, so it is switched off for 10 minutes: HTTP 403: .*cannot patch/;
    assert.match(await one.scaleIn.prepare(signal), refused);
    assert.equal(await one.scaleIn.prepare(signal), "annotating pods is forbidden and switched off for 10 minutes");
    assert.ok(notices.includes("pods of namespace default may not be patched: idle ones are not removed first"));
    clock.offset += 600;
    assert.match(await one.scaleIn.prepare(signal), refused);
  });

  it("of a process that may not write annotates nothing", async () => {
    const one = await rig("fenced", 2, { mayWrite: () => false });
    await assert.rejects(one.scaleIn.prepare(signal), { name: "ScaleError", kind: "notLeader" });
    assert.deepEqual(await costs("fenced"), {});
  });

  describe("does nothing", () => {
    it("when it is unknown which pods are busy, and fails", async () => {
      const { target } = await rig("unknown", 1);
      const scaleIn = target.scaleIn(() => Promise.reject(new Error("the broker is down")));
      await assert.rejects(scaleIn.prepare(signal), /the broker is down/);
    });

    it("when the pods are unknown, and fails", async () => {
      const shared = new KubernetesCluster({ kubeConfig, clock: systemClock, signal, mayWrite: () => true });
      const target = shared.target({ apiVersion: "apps/v1", kind: "Deployment", name: "nowhere", namespace });
      await assert.rejects(target.scaleIn(() => Promise.resolve(new Map())).prepare(signal), /pods are not known/);
    });

    for (const [where, held] of [
      ["none", []],
      ["a busy one elsewhere, as behind a proxy", [["192.0.2.1", 3]]],
      ["an idle one elsewhere", [["192.0.2.1", 0]]],
    ] as const)
      it(`when no consumer's address is a pod's: ${where}`, async () => {
        const one = await rig("proxied", 1);
        one.held.clear();
        for (const [address, messages] of held) one.held.set(address, messages);
        assert.equal(
          await one.scaleIn.prepare(signal),
          "no consumer's address is that of one of the 1 pods, 0 annotations patched",
        );
        assert.deepEqual(await costs("proxied"), {});
      });

    it("for a StatefulSet, which removes its last pods", async () => {
      const shared = new KubernetesCluster({ kubeConfig, clock: systemClock, signal, mayWrite: () => true });
      const target = shared.target({ apiVersion: "apps/v1", kind: "StatefulSet", name: "ordered", namespace });
      assert.match(await target.scaleIn(() => Promise.resolve(new Map())).prepare(signal), /removes its last pods/);
    });
  });

  it("keeps within its time, and tells what it did not reach", async () => {
    const one = await rig("slow", 2);
    const late = one.target.scaleIn(async (limit) => {
      await new Promise<void>((resolve) => {
        limit.addEventListener("abort", () => {
          resolve();
        });
      });
      return one.held;
    });
    assert.equal(await late.prepare(signal), "2 of 2 pods idle, 0 annotations patched, 2 not patched within 2 s");
    const apps = kubeConfig.makeApiClient(AppsV1Api);
    assert.equal((await apps.readNamespacedDeployment({ name: "slow", namespace })).spec?.replicas, 2);
  });
});
