import { connect } from "amqplib";
import type { Rabbitmq } from "../../servers/rabbitmq.ts";

interface Depth {
  /** Epoch seconds from which on it may have been so. */
  readonly from: number;
  readonly messages: number;
}

/** The depth of each target's queue, now and in the past: what its count has to be held against. */
export class Backlogs {
  readonly #broker: Rabbitmq;
  readonly #depths = new Map<string, Depth[]>();

  constructor(broker: Rabbitmq) {
    this.#broker = broker;
  }

  /** The least depth that the queue may have had at any time of the span, epoch seconds. */
  least(queue: string, from: number, to: number): number {
    const depths = this.#depths.get(queue) ?? [];
    const ended = depths.findLastIndex((depth) => depth.from <= from);
    const within = depths.slice(Math.max(0, ended)).filter((depth) => depth.from <= to);
    return Math.min(...within.map(({ messages }) => messages));
  }

  now(queue: string): number {
    return this.#depths.get(queue)?.at(-1)?.messages ?? 0;
  }

  /** Brings queues to their depths, one after the other, without passing through a lower one. */
  async set(wanted: ReadonlyMap<string, number>): Promise<void> {
    const connection = await connect(this.#broker.amqpUrlWithCredentials);
    connection.on("error", () => undefined);
    try {
      const channel = await connection.createConfirmChannel();
      channel.on("error", () => undefined);
      for (const [queue, messages] of wanted) {
        const { messageCount } = await channel.assertQueue(queue, { durable: true });
        this.#note(queue, Math.min(messages, messageCount, this.now(queue)));
        for (let count = messageCount; count < messages; count++)
          channel.sendToQueue(queue, Buffer.from("job"), { persistent: true });
        await channel.waitForConfirms();
        const surplus = Array.from({ length: Math.max(0, messageCount - messages) });
        await Promise.all(surplus.map(() => channel.get(queue, { noAck: true })));
        this.#note(queue, messages);
      }
    } finally {
      await connection.close().catch(() => undefined);
    }
  }

  #note(queue: string, messages: number): void {
    const depths = this.#depths.get(queue) ?? [];
    this.#depths.set(queue, depths);
    depths.push({ from: Date.now() / 1000, messages });
  }
}
