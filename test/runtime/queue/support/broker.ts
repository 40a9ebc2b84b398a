import { connect, type ChannelModel } from "amqplib";
import { definitions } from "../../../../infra/data/rabbitmq/definitions.ts";
import { startRabbitmq, type Rabbitmq } from "../../../../local/servers/rabbitmq.ts";
import { connectQueue, type Logger, type Queue, type QueueOptions } from "../../../../runtime/src/queue/index.ts";
import { queues } from "../../../../runtime/src/queue/topology.ts";
import { until } from "../../../support/until.ts";

/** Of the rendered definitions' user `services`, who may declare nothing. */
export const services = { username: "services", password: "servicesPassword1" };

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface QueueState {
  readonly name: string;
  readonly leader: string;
  readonly members: readonly string[];
  readonly online: readonly string[];
  readonly policy: string;
  readonly effective_policy_definition?: Readonly<Record<string, unknown>>;
}

export interface LogLine {
  readonly level: keyof Logger;
  readonly message: string;
  readonly fields: object;
}

/** A broker with the platform's queues, policies and users. */
export interface Broker {
  readonly rabbitmq: Rabbitmq;
  /** For queues that only a test knows; `services` may read the topology's alone. */
  readonly administrator: { readonly username: string; readonly password: string };
  /** Of all members, without credentials. */
  readonly urls: readonly string[];
  /** What every queue of `connect` has logged. */
  readonly log: readonly LogLine[];
  api(path: string, options?: { method?: string; body?: object; member?: number }): Promise<Answer>;
  state(queue: string, member?: number): Promise<QueueState>;
  /** The module under test as the platform's services are connected, unless told; closed by `remove` at the latest. */
  connect(options?: Partial<QueueOptions>): Promise<Queue>;
  /** amqplib alone, as administrator. */
  raw(member?: number): Promise<ChannelModel>;
  /** A quorum queue with a policy of its own, for one test. */
  declare(queue: string, policy: object): Promise<void>;
  remove(): Promise<void>;
}

export async function createBroker(options: { nodes?: 1 | 3 } = {}): Promise<Broker> {
  const nodes = options.nodes ?? 1;
  const rabbitmq = await startRabbitmq({ nodes, statisticsIntervalMs: 500 });
  const opened: Queue[] = [];
  const log: LogLine[] = [];
  const { username, password } = rabbitmq;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  const api: Broker["api"] = async (path, { method = "GET", body, member = 0 } = {}) => {
    const answer = await fetch(`${rabbitmq.nodes[member]!.managementUrl}/api${path}`, {
      method,
      headers: { authorization, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? undefined : (JSON.parse(text) as unknown) };
  };
  const state: Broker["state"] = async (queue, member = 0) => {
    const { status, body } = await api(`/queues/%2F/${queue}`, { member });
    if (status !== 200) throw new Error(`queue ${queue}: ${status}`);
    return body as QueueState;
  };
  const broker: Broker = {
    rabbitmq,
    administrator: { username, password },
    urls: rabbitmq.nodes.map(({ amqpUrl }) => amqpUrl),
    log,
    api,
    state,
    async connect(more = {}) {
      const queue = await connectQueue({
        urls: broker.urls,
        ...services,
        name: "test",
        logger: recordTo(log),
        ...more,
      });
      opened.push(queue);
      return queue;
    },
    raw: async (member = 0) => {
      const client = await connect(
        rabbitmq.nodes[member]!.amqpUrl.replace("amqp://", `amqp://${username}:${password}@`),
      );
      client.on("error", () => undefined);
      return client;
    },
    async declare(queue, policy) {
      const definition = { overflow: "reject-publish", ...policy };
      const override = { pattern: `^${queue}$`, "apply-to": "quorum_queues", priority: 9, definition };
      await expect(api(`/policies/%2F/${queue}`, { method: "PUT", body: override }), [201, 204]);
      const body = { durable: true, arguments: { "x-queue-type": "quorum" } };
      await expect(api(`/queues/%2F/${queue}`, { method: "PUT", body }), [201, 204]);
      await until(`${queue} has its policy`, async () => (await state(queue)).policy === queue, 60);
    },
    async remove() {
      await Promise.all(opened.map((queue) => queue.close(0)));
      await rabbitmq.stop();
    },
  };
  try {
    const users = {
      admin: { password: "adminPassword1", salt: "admin" },
      services: { password: services.password, salt: "services" },
      autoscaler: { password: "autoscalerPassword1", salt: "autoscaler" },
    };
    await expect(api("/definitions", { method: "POST", body: definitions(users) }), [200, 201, 204]);
    for (const { name } of queues)
      await until(`${name} has its members`, async () => (await state(name)).online.length === nodes, 120);
  } catch (error) {
    await broker.remove();
    throw error;
  }
  return broker;
}

/** A logger that writes to a list. */
export function recordTo(log: LogLine[]): Logger {
  const at =
    (level: keyof Logger) =>
    (fields: object, message: string): void => {
      log.push({ level, fields, message });
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

async function expect(answer: Promise<Answer>, statuses: readonly number[]): Promise<void> {
  const { status, body } = await answer;
  if (!statuses.includes(status)) throw new Error(`the broker answered ${status}: ${JSON.stringify(body)}`);
}
