import assert from "node:assert/strict";
import { AppsV1Api, CoreV1Api } from "@kubernetes/client-node";
import type { KubeConfig } from "@kubernetes/client-node";
import { loadKubeConfig } from "../../../../autoscaler/src/adapters/kubernetes/api/client.ts";
import { KubernetesCluster } from "../../../../autoscaler/src/adapters/kubernetes/kubernetesCluster.ts";
import { MemoryStateStore } from "../../../../autoscaler/src/adapters/system/memoryStateStore.ts";
import { systemClock } from "../../../../autoscaler/src/adapters/system/systemClock.ts";
import { runLoops } from "../../../../autoscaler/src/control/loop.ts";
import { Reconciler } from "../../../../autoscaler/src/control/reconciler.ts";
import type { Reading, TargetSpec } from "../../../../autoscaler/src/core/model.ts";
import type { MetricSource } from "../../../../autoscaler/src/ports/metricSource.ts";
import { apply } from "../../../../local/kubernetes/apply.ts";
import { startControlPlane } from "../../../../local/kubernetes/controlPlane.ts";
import type { ControlPlane } from "../../../../local/kubernetes/controlPlane.ts";
import { startKwok } from "../../../../local/kubernetes/kwok.ts";
import { startMetricsServer } from "../../../../local/kubernetes/metricsServer.ts";
import { until } from "../../../support/until.ts";
import { FakeTelemetry, backlogSpec } from "../../control/fakes.ts";

const namespace = "default";
const name = "burner";

const workload = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  replicas: 3
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata:
      labels: { app: ${name} }
      annotations: { kwok.x-k8s.io/usage-cpu: 80m, kwok.x-k8s.io/usage-memory: 32Mi }
    spec:
      containers: [{ name: main, image: none, resources: { requests: { cpu: 100m, memory: 128Mi } } }]
`;

const spec: TargetSpec = {
  ...backlogSpec,
  name,
  minReplicas: 2,
  maxReplicas: 6,
  metrics: { cpu: { scope: "utilization", maxAgeSeconds: 60 } },
  rules: [{ kind: "utilization", name: "cpu", metric: "cpu", target: 20, tolerance: { up: 0.1, down: 0.1 } }],
};

describe("resource metrics and the control loop, with metrics-server and fake nodes", function () {
  this.timeout(120_000);
  let cluster: ControlPlane;
  let kubeConfig: KubeConfig;
  const started: { stop(): Promise<void> }[] = [];
  const stop = new AbortController();
  const { signal } = stop;

  before(async function () {
    // The first run on a machine builds Kubernetes.
    this.timeout(40 * 60_000);
    cluster = await startControlPlane();
    started.unshift(cluster);
    started.unshift(await startKwok(cluster));
    started.unshift(await startMetricsServer(cluster));
    kubeConfig = loadKubeConfig(cluster.kubeconfigFile);
    await apply(cluster, workload);
  });

  after(async () => {
    stop.abort();
    for (const server of started) await server.stop();
  });

  const connect = () =>
    new KubernetesCluster({ kubeConfig, clock: systemClock, signal, mayWrite: () => true }).target({
      ...{ apiVersion: "apps/v1", kind: "Deployment", name, namespace },
    });

  async function firstValue(metric: MetricSource): Promise<Extract<Reading, { value: number }>> {
    let last: Reading = { error: "not read" };
    await until(
      "all three pods are measured",
      async () => {
        last = await metric.read(signal);
        return "value" in last && last.pods?.measured === 3;
      },
      90,
    );
    return last as unknown as Extract<Reading, { value: number }>;
  }

  it("memory counts at once, cpu after a whole window since the pods became Ready", async () => {
    const target = connect();
    const memory = await firstValue(target.resourceMetric("memory"));
    assert.equal(Math.round(memory.value), 25);
    const cpu = await firstValue(target.resourceMetric("cpu"));
    assert.ok(Math.abs(cpu.value - 80) < 2, `${cpu.value} %`);
    assert.ok(systemClock.now() - cpu.observedAt < 60);
    const ready = Math.max(...(target.pods.list() ?? []).map(({ readyChangedAt }) => readyChangedAt ?? NaN));
    assert.ok(cpu.observedAt > ready);
  });

  it("the loop scales the workload to its bound, tells it, and stops cleanly", async () => {
    const target = connect();
    const telemetry = new FakeTelemetry();
    const metrics = { cpu: target.resourceMetric("cpu") };
    const states = new MemoryStateStore();
    const reconciler = new Reconciler(
      { name, specAt: () => spec, metricTimeoutSeconds: 5 },
      {
        ...{ scaleTarget: target.scaleTarget, pods: target.pods, events: target.events },
        metrics,
        states,
        telemetry,
        clock: systemClock,
      },
    );
    const ended = new AbortController();
    const loop = { periodSeconds: 1, tick: (tickSignal: AbortSignal) => reconciler.tick(tickSignal) };
    const running = runLoops([loop], systemClock, ended.signal);
    const apps = kubeConfig.makeApiClient(AppsV1Api);
    await until("six replicas are Ready", async () => {
      const { status } = await apps.readNamespacedDeployment({ name, namespace });
      return status?.readyReplicas === 6;
    });
    const core = kubeConfig.makeApiClient(CoreV1Api);
    await until("the Events are written", async () => {
      const { items } = await core.listNamespacedEvent({ namespace, fieldSelector: `involvedObject.name=${name}` });
      const reasons = items.map(({ reason }) => reason ?? "");
      return reasons.includes("SuccessfulRescale") && reasons.includes("ScalingLimited");
    });
    ended.abort();
    await running;
    assert.deepEqual(
      telemetry.records
        .filter(({ outcome }) => outcome !== "unchanged")
        .map(({ outcome, decision }) => [outcome, decision.desiredReplicas]),
      [["patched", 6]],
    );
    assert.deepEqual(
      telemetry.failures.filter(({ phase }) => phase !== "ReadPods"),
      [],
    );
  });
});
