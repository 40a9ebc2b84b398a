import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "amqplib";
import { stringify } from "yaml";
import { apply } from "../kubernetes/apply.ts";
import { startControlPlane } from "../kubernetes/controlPlane.ts";
import { temporaryFolder, waitUntil, type ManagedProcess } from "../process.ts";
import { startRabbitmq, type Rabbitmq } from "../servers/rabbitmq.ts";

const namespace = "default";
const name = "worker";
const queue = "jobs";
/** 30 messages at 10 a replica: one replica becomes three. */
export const scene = { namespace, name, messages: 30, replicas: 1, expectedReplicas: 3 } as const;

export interface Scene {
  readonly kubeconfigFile: string;
  readonly broker: Rabbitmq;
  stop(): Promise<void>;
}

/** A control plane with one Deployment and a broker with a backlog: what the service needs for a first decision. */
export async function startScene(): Promise<Scene> {
  const broker = await startRabbitmq({ statisticsIntervalMs: 1000 });
  const controlPlane = await startControlPlane();
  await apply(controlPlane, stringify(deployment));
  const connection = await connect(broker.amqpUrlWithCredentials);
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue(queue, { durable: true, arguments: { "x-queue-type": "quorum" } });
  for (let sent = 0; sent < scene.messages; sent++) channel.sendToQueue(queue, Buffer.from("job"));
  await channel.waitForConfirms();
  await connection.close();
  return {
    kubeconfigFile: controlPlane.kubeconfigFile,
    broker,
    async stop() {
      await Promise.all([broker.stop(), controlPlane.stop()]);
    },
  };
}

const labels = { "app.kubernetes.io/name": name };
const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { namespace, name },
  spec: {
    replicas: scene.replicas,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name, image: "worker" }] } },
  },
};

export interface ServicePlaces {
  readonly port: number;
  /** Absolute, as the service sees them. */
  readonly usernameFile: string;
  readonly passwordFile: string;
  readonly decisionLog: string;
}

/** Writes a configuration for the scene into a new folder; returns its path. */
export function writeConfiguration(broker: Rabbitmq, places: ServicePlaces): string {
  const { port, usernameFile, passwordFile, decisionLog } = places;
  const { amqpUrl, managementUrl } = broker;
  const file = join(temporaryFolder("configuration"), "config.yaml");
  const configuration = {
    apiVersion: "autoscaling.jobsprint.dev/v1alpha1",
    kind: "AutoscalerConfig",
    brokers: { main: { managementUrl, amqpUrl, usernameFile, passwordFile } },
    server: { host: "127.0.0.1", port },
    decisionLog: { file: decisionLog },
    targets: [
      {
        name,
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name, namespace },
        minReplicas: 1,
        maxReplicas: 10,
        periodSeconds: 1,
        metrics: { queueDepth: { rabbitmq: { broker: "main", vhost: "/", queues: [{ name: queue }] } } },
        rules: [{ name: "backlog", perReplica: { metric: "queueDepth", target: 10 } }],
      },
    ],
  };
  writeFileSync(file, stringify(configuration));
  return file;
}

/** Resolves at the first 200 of /readyz, which the service answers once it has decided. */
export async function untilReady(service: ManagedProcess, port: number): Promise<void> {
  await waitUntil(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok, {
    ...{ what: "the first decision", timeoutSeconds: 60, intervalMs: 5, processes: [service] },
  });
}
