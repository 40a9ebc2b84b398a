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

/** Servers that have all that a first decision needs. */
export interface Scene {
  /** Of an administrator: the service's rights are not what is looked at here. */
  readonly kubeconfigFile: string;
  readonly broker: Rabbitmq;
  stop(): Promise<void>;
}

/** A control plane with one Deployment and a broker with a backlog: what the service needs for a first decision. */
export async function startScene(): Promise<Scene> {
  // A backlog that the management API shows only five seconds later would be measured as a slow start.
  const broker = await startRabbitmq({ statisticsIntervalMs: 1000 });
  const controlPlane = await startControlPlane();
  await apply(controlPlane, stringify(deployment));
  const connection = await connect(broker.amqpUrlWithCredentials);
  const channel = await connection.createConfirmChannel();
  // A quorum queue, as in production.
  await channel.assertQueue(queue, { durable: true, arguments: { "x-queue-type": "quorum" } });
  for (let sent = 0; sent < scene.messages; sent++) channel.sendToQueue(queue, Buffer.from("job"));
  // A message that is only sent is not yet in the queue's count.
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

/** Where one start of the service listens, reads and writes. */
export interface ServicePlaces {
  readonly port: number;
  /** Absolute, as the service sees them. */
  readonly usernameFile: string;
  readonly passwordFile: string;
  /** A file that need not exist yet. */
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
        // Short, because the first tick comes at a random point of the first period.
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
    // Asked often, since the pause between two questions is the error of the measurement.
    ...{ what: "the first decision", timeoutSeconds: 60, intervalMs: 5, processes: [service] },
  });
}
