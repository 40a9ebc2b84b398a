import { EventEmitter } from "node:events";
import type { Channel, ConsumeMessage } from "amqplib";
import type { BrokerConnection } from "../../../../runtime/src/queue/connection.ts";

/** Answers as a broker does, or not at all while it hangs. */
export class FakeChannel extends EventEmitter {
  /** By `consume`; undefined before. */
  deliver: ((message: ConsumeMessage) => void) | undefined;
  readonly calls: string[] = [];
  readonly #connection: FakeConnection;

  constructor(connection: FakeConnection) {
    super();
    this.#connection = connection;
  }

  prefetch(): Promise<unknown> {
    return this.#answer("prefetch");
  }

  async consume(_queue: string, deliver: (message: ConsumeMessage) => void): Promise<{ consumerTag: string }> {
    await this.#answer("consume");
    this.deliver = deliver;
    return { consumerTag: "tag" };
  }

  cancel(): Promise<unknown> {
    return this.#answer("cancel");
  }

  async checkQueue(queue: string): Promise<{ messageCount: number }> {
    const connection = this.#connection;
    connection.asking += 1;
    connection.mostAsking = Math.max(connection.mostAsking, connection.asking);
    try {
      await this.#answer(`check ${queue}`);
    } finally {
      connection.asking -= 1;
    }
    const messageCount = connection.depths[queue];
    if (messageCount !== undefined) return { messageCount };
    this.lose();
    throw new Error(`no queue '${queue}'`);
  }

  async close(): Promise<void> {
    await this.#answer("close");
    this.lose();
  }

  ack({ content }: ConsumeMessage): void {
    this.calls.push(`ack ${content.toString()}`);
  }

  nack({ content }: ConsumeMessage): void {
    this.calls.push(`nack ${content.toString()}`);
  }

  lose(): void {
    this.#connection.open.delete(this);
    this.emit("close");
  }

  async #answer(call: string): Promise<void> {
    this.calls.push(call);
    await this.#connection.answer();
    if (!this.#connection.open.has(this)) throw new Error("Channel closed");
  }
}

/** A connection that is always there. */
export class FakeConnection {
  /** Of all, in order of opening. */
  readonly channels: FakeChannel[] = [];
  readonly open = new Set<FakeChannel>();
  hangs = false;
  depths: Readonly<Record<string, number>> = {};
  asking = 0;
  mostAsking = 0;

  readonly real = this as unknown as BrokerConnection;

  model(): Promise<unknown> {
    return Promise.resolve(this);
  }

  current(): unknown {
    return this;
  }

  async createChannel(): Promise<Channel> {
    await this.answer();
    const channel = new FakeChannel(this);
    this.channels.push(channel);
    this.open.add(channel);
    return channel as unknown as Channel;
  }

  async answer(): Promise<void> {
    await new Promise<void>((resolve) => {
      if (!this.hangs) setImmediate(resolve);
    });
  }
}

export function fakeMessage(body: number): ConsumeMessage {
  const message = { content: Buffer.from(`${body}`), properties: {}, fields: { redelivered: false } };
  return message as unknown as ConsumeMessage;
}
