import type { BrokerAddress } from "./address.ts";
import { checkConsumeOptions, checkQueueOptions } from "./checkOptions.ts";
import { BrokerConnection } from "./connection.ts";
import { QueueConsumer } from "./consumer.ts";
import { Depths } from "./depth.ts";
import { keepChannel } from "./keepChannel.ts";
import type { ConsumeOptions, Handler, PublishOptions, Queue, QueueOptions } from "./options.ts";
import { Publisher } from "./publisher.ts";
import { defaultRetry } from "./retry.ts";
import { countdown, reserveSeconds, within } from "./timing.ts";

/** Resolves without waiting for the broker, and keeps trying; throws one error that lists all bad options. */
export async function connectQueue(options: QueueOptions): Promise<Queue> {
  const addresses = checkQueueOptions(options);
  return new ConnectedQueue(await openConnection(options, addresses, "publish"), options, addresses);
}

/** Two connections, since the broker stops reading from one that publishes when it is short of memory, acks included. */
type Purpose = "publish" | "consume";

function openConnection(
  { username, password, name, random = Math.random, logger }: QueueOptions,
  addresses: readonly BrokerAddress[],
  purpose: Purpose,
): Promise<BrokerConnection> {
  return BrokerConnection.open({ addresses, username, password, name: `${name} ${purpose}`, random, logger });
}

class ConnectedQueue implements Queue {
  readonly #options: QueueOptions;
  readonly #addresses: readonly BrokerAddress[];
  readonly #publishing: BrokerConnection;
  readonly #publisher: Publisher;
  readonly #depths: Depths;
  /** Opened for the first consumer. */
  #consuming: Promise<BrokerConnection> | undefined;
  #consumingNow: BrokerConnection | undefined;
  readonly #consumers = new Set<QueueConsumer>();
  readonly #closing = new AbortController();
  readonly #kept: Promise<void>;
  #closed: Promise<boolean> | undefined;

  constructor(publishing: BrokerConnection, options: QueueOptions, addresses: readonly BrokerAddress[]) {
    const { random = Math.random, now = Date.now, telemetry, logger } = options;
    this.#options = options;
    this.#addresses = addresses;
    this.#publishing = publishing;
    this.#depths = new Depths(publishing, now);
    this.#publisher = new Publisher({
      maxUnconfirmed: options.maxUnconfirmed ?? 1000,
      maxWaiting: options.maxWaiting ?? 10_000,
      maxMessageBytes: options.maxMessageBytes ?? 16 * 2 ** 20,
      trouble: () => publishing.trouble(),
      ...{ now, telemetry },
    });
    this.#kept = keepChannel({
      connection: publishing,
      create: (model) => model.createConfirmChannel(),
      ready: async (channel) => {
        this.#publisher.attach(channel);
        // A round trip: a channel that closed before anyone listened fails here.
        await channel.prefetch(1);
      },
      what: "publisher",
      signal: this.#closing.signal,
      ...{ random, logger },
    });
  }

  async publish(queue: string, body: unknown, options?: PublishOptions): Promise<void> {
    await this.#publisher.publish(queue, body, options);
    // Not before the confirm: a name that no queue has would be asked for at each scrape.
    this.#depths.watch(queue);
  }

  async consume(queue: string, handler: Handler, options: ConsumeOptions): Promise<QueueConsumer> {
    checkConsumeOptions(options);
    const connection = await this.#consumingConnection();
    if (this.#closing.signal.aborted) throw new Error("the queue is closed");
    this.#depths.watch(queue);
    const { random = Math.random, now = Date.now, telemetry, logger } = this.#options;
    const { prefetch, retry = defaultRetry } = options;
    const consumer = new QueueConsumer({
      ...{ connection, queue, handler, prefetch, retry },
      ...{ random, now, telemetry, logger },
    });
    this.#consumers.add(consumer);
    return consumer;
  }

  depth(queue: string): Promise<number> {
    return this.#depths.ask(queue);
  }

  connected(): boolean {
    return this.#publishing.connected() && (this.#consumingNow?.connected() ?? true);
  }

  status() {
    return { connected: this.connected(), depth: this.#depths.known() };
  }

  async measure() {
    await this.#depths.askAll();
    return this.status();
  }

  close(graceSeconds = 10): Promise<boolean> {
    this.#closed ??= this.#close(graceSeconds);
    return this.#closed;
  }

  async #close(graceSeconds: number): Promise<boolean> {
    const left = countdown(graceSeconds);
    const leftWithReserve = countdown(graceSeconds + reserveSeconds);
    // Consumers first: their handlers may publish.
    const stopped = await Promise.all([...this.#consumers].map((consumer) => consumer.stop(left())));
    const confirmed = await this.#publisher.close(left());
    this.#closing.abort();
    await within(leftWithReserve(), this.#kept);
    const seconds = leftWithReserve();
    await Promise.all([this.#publishing.close(seconds), this.#consumingNow?.close(seconds)]);
    return confirmed && stopped.every(Boolean);
  }

  async #consumingConnection(): Promise<BrokerConnection> {
    this.#consuming ??= openConnection(this.#options, this.#addresses, "consume");
    this.#consumingNow = await this.#consuming;
    return this.#consumingNow;
  }
}
