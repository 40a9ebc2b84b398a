import { Agent, request } from "node:https";
import { connect } from "amqplib";
import { AppsV1Api, type KubeConfig } from "@kubernetes/client-node";
import { loadKubeConfig } from "../kubernetes/apply.ts";
import type { ControlPlane } from "../kubernetes/controlPlane.ts";
import { waitUntil } from "../process.ts";
import type { Rabbitmq } from "../servers/rabbitmq.ts";
import { namespace } from "./service.ts";

/** Calls to the API server under way at once. */
const parallel = 32;

/** Name of a Deployment, its queue and its target. */
export const nameOf = (index: number): string => `worker-${index}`;

/** A Deployment of one replica. One without pods is paused, so that its controller makes none and `replicas` stands as it is. */
function deployment(name: string, hasPods: boolean): object {
  const labels = { "app.kubernetes.io/name": name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: {
      replicas: 1,
      paused: !hasPods,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "worker", image: "worker" }] } },
    },
  };
}

export interface Range {
  readonly from: number;
  readonly until: number;
  /** So many of the first Deployments of all have pods. */
  readonly withPods: number;
}

/** Creates the Deployments and waits until their controller has seen them all. */
export async function createDeployments(controlPlane: ControlPlane, { from, until, withPods }: Range): Promise<void> {
  const kubeConfig = loadKubeConfig(controlPlane.kubeconfigFile);
  const agent = await pooledAgent(kubeConfig);
  const left = indices(from, until);
  const work = async (): Promise<void> => {
    for (let index = left.pop(); index !== undefined; index = left.pop())
      await post(
        `${controlPlane.url}/apis/apps/v1/namespaces/${namespace}/deployments`,
        deployment(nameOf(index), index < withPods),
        agent,
      );
  };
  await Promise.all(Array.from({ length: parallel }, work));
  agent.destroy();
  const apps = kubeConfig.makeApiClient(AppsV1Api);
  const isSettled = async (): Promise<boolean> => {
    const { items } = await apps.listNamespacedDeployment({ namespace });
    return items.every(({ spec, status }) => status?.observedGeneration === 1 && isReady(spec?.paused, status));
  };
  await waitUntil(isSettled, { what: "the Deployments to be observed", timeoutSeconds: 600, intervalMs: 5000 });
}

function isReady(paused: boolean | undefined, status: { readyReplicas?: number } | undefined): boolean {
  return paused === true || status?.readyReplicas === 1;
}

/** The library makes a new connection for each call, which is far too slow for thousands. */
async function pooledAgent(kubeConfig: KubeConfig): Promise<Agent> {
  const credentials: { ca?: Buffer; cert?: Buffer; key?: Buffer } = {};
  await kubeConfig.applyToHTTPSOptions(credentials);
  const { ca, cert, key } = credentials;
  return new Agent({ keepAlive: true, maxSockets: parallel, ca, cert, key });
}

function post(url: string, body: object, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: "POST", agent, headers: { "content-type": "application/json" } }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => (text += part));
      answer.on("end", () => {
        if (answer.statusCode === 201) resolve();
        else reject(new Error(`POST ${url}: HTTP ${answer.statusCode ?? 0}: ${text.slice(0, 300)}`));
      });
    });
    call.on("error", reject);
    call.end(JSON.stringify(body));
  });
}

/** Creates the queues by one import of definitions and puts messages into each. */
export async function createQueues(
  broker: Rabbitmq,
  { from, until }: Pick<Range, "from" | "until">,
  messages = 0,
): Promise<void> {
  const all = indices(from, until).map(nameOf);
  const queues = all.map((name) => ({
    ...{ name, vhost: "/", durable: true, auto_delete: false, arguments: { "x-queue-type": "classic" } },
  }));
  const authorization = `Basic ${Buffer.from(`${broker.username}:${broker.password}`).toString("base64")}`;
  const answer = await fetch(`${broker.managementUrl}/api/definitions`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify({ queues }),
  });
  if (!answer.ok) throw new Error(`import of definitions: HTTP ${answer.status}: ${await answer.text()}`);
  const publisher = await connectPublisher(broker);
  if (messages > 0) await publisher.publish(all, messages);
  await publisher.close();
}

export interface Publisher {
  /** Puts so many messages into each queue; resolves when the broker has confirmed all. */
  publish(queues: readonly string[], messages: number): Promise<void>;
  close(): Promise<void>;
}

export async function connectPublisher(broker: Rabbitmq): Promise<Publisher> {
  const connection = await connect(broker.amqpUrlWithCredentials);
  const channel = await connection.createConfirmChannel();
  return {
    async publish(queues, messages) {
      for (const queue of queues)
        for (let sent = 0; sent < messages; sent++) channel.sendToQueue(queue, Buffer.from("job"));
      // Once for all: each call wraps every message that is not confirmed yet.
      await channel.waitForConfirms();
    },
    close: () => connection.close(),
  };
}

function indices(from: number, until: number): number[] {
  return Array.from({ length: until - from }, (_, index) => from + index);
}
