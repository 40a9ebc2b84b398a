import { AppsV1Api, CoordinationV1Api, CoreV1Api, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { connect, type ChannelModel, type ConfirmChannel } from "amqplib";
import { apply, loadKubeConfig } from "../../../local/kubernetes/apply.ts";
import { startControlPlane, type ControlPlane } from "../../../local/kubernetes/controlPlane.ts";
import { startKwok, type Kwok } from "../../../local/kubernetes/kwok.ts";
import { startRabbitmq, type Rabbitmq } from "../../../local/servers/rabbitmq.ts";
import { until } from "../../support/until.ts";

export const namespace = "jobsprint";

const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

/** The parts that all outages share: a control plane whose pods become Ready at once, and a broker with quick statistics. */
export class Cluster {
  readonly controlPlane: ControlPlane;
  readonly broker: Rabbitmq;
  readonly apps: AppsV1Api;
  readonly core: CoreV1Api;
  readonly leases: CoordinationV1Api;
  readonly #kwok: Kwok;
  #connection: ChannelModel | undefined;
  #channel: ConfirmChannel | undefined;

  private constructor(controlPlane: ControlPlane, broker: Rabbitmq, kwok: Kwok) {
    this.#kwok = kwok;
    this.controlPlane = controlPlane;
    this.broker = broker;
    const kubeConfig = loadKubeConfig(controlPlane.kubeconfigFile);
    this.apps = kubeConfig.makeApiClient(AppsV1Api);
    this.core = kubeConfig.makeApiClient(CoreV1Api);
    this.leases = kubeConfig.makeApiClient(CoordinationV1Api);
  }

  static async start(): Promise<Cluster> {
    const [controlPlane, broker] = await Promise.all([
      startControlPlane(),
      startRabbitmq({ statisticsIntervalMs: 500 }),
    ]);
    const cluster = new Cluster(controlPlane, broker, await startKwok(controlPlane));
    await apply(controlPlane, `{ apiVersion: v1, kind: Namespace, metadata: { name: ${namespace} } }`);
    return cluster;
  }

  async stop(): Promise<void> {
    await this.#connection?.close().catch(() => undefined);
    await this.#kwok.stop();
    await Promise.all([this.controlPlane.stop(), this.broker.stop()]);
  }

  /** A Deployment whose pods are all Ready. */
  async deploy(name: string, replicas: number, annotations: Record<string, string> = {}): Promise<void> {
    const manifest = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, namespace, annotations },
      spec: {
        replicas,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: { containers: [{ name: "worker", image: "worker" }], terminationGracePeriodSeconds: 0 },
        },
      },
    };
    await apply(this.controlPlane, JSON.stringify(manifest));
    await until(`${name} has ${replicas} Ready pods`, async () => {
      const { status } = await this.apps.readNamespacedDeployment({ name, namespace });
      return (status?.readyReplicas ?? 0) === replicas;
    });
  }

  async replicas(name: string): Promise<number> {
    return (await this.apps.readNamespacedDeployment({ name, namespace })).spec?.replicas ?? 0;
  }

  /** What a person with kubectl does. */
  async scaleByHand(name: string, replicas: number): Promise<void> {
    await this.apps.patchNamespacedDeploymentScale({ name, namespace, body: { spec: { replicas } } }, merge);
  }

  async annotate(name: string, annotations: Record<string, string | null>): Promise<void> {
    await this.apps.patchNamespacedDeployment({ name, namespace, body: { metadata: { annotations } } }, merge);
  }

  /** Cuts the stored state of a target in the middle. */
  async corruptState(name: string): Promise<void> {
    const body = { data: { [name]: '{"version":1,"state":' } };
    await this.core.patchNamespacedConfigMap({ name: `${name}-0`, namespace, body }, merge);
  }

  /** Brings a queue to `messages`, made when it is not there. */
  async fill(queue: string, messages: number): Promise<void> {
    const channel = await this.#open();
    const { messageCount } = await channel.assertQueue(queue, { durable: true });
    if (messageCount > messages) await channel.purgeQueue(queue);
    for (let count = messageCount > messages ? 0 : messageCount; count < messages; count++)
      channel.sendToQueue(queue, Buffer.from("job"), { persistent: true });
    await channel.waitForConfirms();
  }

  async #open(): Promise<ConfirmChannel> {
    if (this.#channel !== undefined) return this.#channel;
    this.#connection = await connect(this.broker.amqpUrlWithCredentials);
    // A broker that is stopped on purpose takes this connection along.
    const forget = (): void => {
      this.#channel = undefined;
      this.#connection = undefined;
    };
    this.#connection.on("error", forget);
    this.#connection.on("close", forget);
    this.#channel = await this.#connection.createConfirmChannel();
    this.#channel.on("error", () => undefined);
    return this.#channel;
  }
}
