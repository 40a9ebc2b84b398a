import assert from "node:assert/strict";
import { CoreV1Api, type V1Pod } from "@kubernetes/client-node";
import { connect } from "amqplib";
import { loadKubeConfig } from "../../../../autoscaler/src/adapters/kubernetes/api/client.ts";
import { KubernetesCluster } from "../../../../autoscaler/src/adapters/kubernetes/kubernetesCluster.ts";
import { systemClock } from "../../../../autoscaler/src/adapters/system/systemClock.ts";
import { Consumer } from "../../../../local/bench/scaleIn/consumer.ts";
import { apply } from "../../../../local/kubernetes/apply.ts";
import { startControlPlane } from "../../../../local/kubernetes/controlPlane.ts";
import { startKwok } from "../../../../local/kubernetes/kwok.ts";
import { startRabbitmq } from "../../../../local/servers/rabbitmq.ts";
import { until } from "../../../support/until.ts";
import { brokerOf } from "../rabbitmqReadings.ts";

const namespace = "default";
const name = "workflow";
const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  replicas: 6
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: main, image: none }] }
`;

describe("scale-in of real consumers on a real broker and ReplicaSet controller", function () {
  this.timeout(120_000);
  const ends: (() => unknown)[] = [];

  after(async () => {
    for (const end of ends.reverse()) await end();
  });

  it("cuts off no job while enough pods are idle", async function () {
    // The first run on a machine builds Kubernetes.
    this.timeout(40 * 60_000);
    const server = await startRabbitmq({ statisticsIntervalMs: 500 });
    ends.push(() => server.stop());
    const controlPlane = await startControlPlane();
    ends.push(() => controlPlane.stop());
    const kwok = await startKwok(controlPlane, { podCidr: "127.65.0.0/16" });
    ends.push(() => kwok.stop());
    const kubeConfig = loadKubeConfig(controlPlane.kubeconfigFile);
    const core = kubeConfig.makeApiClient(CoreV1Api);
    const pods = async (): Promise<V1Pod[]> => (await core.listNamespacedPod({ namespace })).items;

    const connection = await connect(server.amqpUrlWithCredentials);
    ends.push(() => connection.close());
    const channel = await connection.createChannel();
    await channel.assertQueue(name, { durable: true });
    await apply(controlPlane, deployment);
    await until(
      "six pods have an address",
      async () => {
        return (await pods()).filter(({ status }) => status?.podIP !== undefined).length === 6;
      },
      30,
    );
    const amqpUrl = server.amqpUrlWithCredentials;
    const consumers = new Map<string, Consumer>();
    for (const { metadata, status } of await pods())
      consumers.set(metadata!.name!, new Consumer({ amqpUrl, queue: name, address: status!.podIP! }));
    ends.push(() => {
      for (const consumer of consumers.values()) consumer.kill();
    });
    await until("all consume", async () => (await channel.checkQueue(name)).consumerCount === 6);
    for (const messageId of ["1", "2", "3"])
      channel.sendToQueue(name, Buffer.from(JSON.stringify({ workSeconds: 600 })), { messageId });
    const busy = (): string[] => [...consumers].filter(([, { job }]) => job !== undefined).map(([pod]) => pod);
    await until("three are busy", () => busy().length === 3);

    const broker = brokerOf(server);
    ends.push(() => broker.close());
    const stop = new AbortController();
    ends.push(() => {
      stop.abort();
    });
    const { signal } = stop;
    const cluster = new KubernetesCluster({ kubeConfig, clock: systemClock, signal, mayWrite: () => true });
    const target = cluster.target({ apiVersion: "apps/v1", kind: "Deployment", name, namespace });
    const ask = (limit: AbortSignal) => broker.unacknowledgedByAddress({ vhost: "/", queues: [name] }, limit);
    await until("the statistics tell all six", async () => {
      const held = [...(await ask(signal)).values()];
      return held.length === 6 && held.filter((messages) => messages === 1).length === 3;
    });
    await until("the pods are known", () => target.pods.list()?.filter(({ ready }) => ready).length === 6);
    assert.match(await target.scaleIn(ask).prepare(signal), /^3 of 6 pods idle, 3 annotations patched$/);
    await target.scaleTarget.patch(await target.scaleTarget.get(signal), 3, signal);
    await until("three pods are left", async () => (await pods()).length === 3);
    assert.deepEqual((await pods()).map(({ metadata }) => metadata!.name!).sort(), busy().sort());
  });
});
