import type { Socket } from "node:net";
import { connect, type ChannelModel, type ConsumeMessage } from "amqplib";

export interface ConsumerOptions {
  /** With credentials. */
  readonly amqpUrl: string;
  readonly queue: string;
  /** The pod's own address, from which it connects. */
  readonly address: string;
  readonly onRedelivered?: (id: string) => void;
}

/** A worker with one job at a time, connected from its pod's address. */
export class Consumer {
  readonly #options: ConsumerOptions;
  readonly #ended = new AbortController();
  #connection: ChannelModel | undefined;
  #job: string | undefined;
  #since = 0;

  constructor(options: ConsumerOptions) {
    this.#options = options;
    void this.#start().catch((error: unknown) => {
      if (!this.#ended.signal.aborted) throw error;
    });
  }

  /** The job that it holds: delivered and not acknowledged. */
  get job(): string | undefined {
    return this.#job;
  }

  /** Since its job was delivered. */
  get busySeconds(): number | undefined {
    return this.#job === undefined ? undefined : Date.now() / 1000 - this.#since;
  }

  /** Ends it as a pod without a grace period ends: the broker delivers its job again. */
  kill(): void {
    this.#ended.abort();
    if (this.#connection !== undefined) socketOf(this.#connection).destroy();
  }

  async #start(): Promise<void> {
    const { amqpUrl, queue, address } = this.#options;
    // The library hands all of it to the socket, but its types know only some.
    const socketOptions = { noDelay: true, localAddress: address };
    const connection = await connect(amqpUrl, socketOptions);
    this.#connection = connection;
    // A killed connection tells of its end, too.
    connection.on("error", () => undefined);
    // A broker that ends takes the work of its consumers along.
    connection.on("close", () => {
      this.#ended.abort();
    });
    if (this.#ended.signal.aborted) {
      socketOf(connection).destroy();
      return;
    }
    const channel = await connection.createChannel();
    channel.on("error", () => undefined);
    await channel.prefetch(1);
    await channel.consume(queue, (message) => {
      if (message === null || this.#ended.signal.aborted) return;
      this.#work(message, () => {
        channel.ack(message);
      });
    });
  }

  #work(message: ConsumeMessage, acknowledge: () => void): void {
    const id = String(message.properties.messageId);
    const { workSeconds } = JSON.parse(message.content.toString("utf8")) as { workSeconds: number };
    this.#job = id;
    this.#since = Date.now() / 1000;
    if (message.fields.redelivered) this.#options.onRedelivered?.(id);
    const timer = setTimeout(() => {
      this.#job = undefined;
      acknowledge();
    }, workSeconds * 1000);
    this.#ended.signal.addEventListener("abort", () => {
      clearTimeout(timer);
    });
  }
}

/** The library has it, but its types do not tell. */
function socketOf({ connection }: ChannelModel): Socket {
  return (connection as unknown as { readonly stream: Socket }).stream;
}
