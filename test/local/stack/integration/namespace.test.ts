import assert from "node:assert/strict";
import { CoreV1Api, SchedulingV1Api } from "@kubernetes/client-node";
import { apply, loadKubeConfig } from "../../../../local/kubernetes/apply.ts";
import { startControlPlane, type ControlPlane } from "../../../../local/kubernetes/controlPlane.ts";
import { applyStack } from "../../../../local/stack/applyStack.ts";
import type { StackObject } from "../../../../local/stack/objects.ts";
import { until } from "../../../support/until.ts";

const name = "jobsprint";
const namespace: StackObject = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
const settings: StackObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "one", namespace: name } };
const priority = { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name: "jobsprint-serving" } };
const objects = [namespace, { ...priority, value: 1 }, settings];

describe("a namespace of the stack's name", function () {
  this.timeout(300_000);
  let cluster: ControlPlane;

  before(async function () {
    this.timeout(30 * 60_000);
    cluster = await startControlPlane();
  });

  after(async () => {
    await (cluster as ControlPlane | undefined)?.stop();
  });

  it("that somebody else has made is refused, and nothing is changed", async () => {
    // As Pulumi's `up` leaves it.
    const labels = { "app.kubernetes.io/part-of": name, "app.kubernetes.io/managed-by": "pulumi" };
    await apply(cluster, JSON.stringify({ ...namespace, metadata: { name, labels } }));
    await assert.rejects(
      applyStack(cluster, objects, { force: true }),
      /^Error: namespace jobsprint exists without the label applyset\.kubernetes\.io\/part-of of this stack/,
    );
    const config = loadKubeConfig(cluster.kubeconfigFile);
    const core = config.makeApiClient(CoreV1Api);
    assert.deepEqual((await core.readNamespace({ name })).metadata?.labels, {
      ...labels,
      "kubernetes.io/metadata.name": name,
    });
    const { items } = await config.makeApiClient(SchedulingV1Api).listPriorityClass();
    assert.ok(!items.some(({ metadata }) => metadata?.name === priority.metadata.name));
    await core.deleteNamespace({ name });
  });

  it("that an earlier apply has made is taken again", async () => {
    const core = loadKubeConfig(cluster.kubeconfigFile).makeApiClient(CoreV1Api);
    const isGone = async (): Promise<boolean> =>
      !(await core.listNamespace()).items.some((one) => one.metadata?.name === name);
    await until("the namespace is gone", isGone, 60);
    assert.equal((await applyStack(cluster, objects)).created.length, objects.length);
    assert.deepEqual((await applyStack(cluster, objects)).created, []);
  });
});
