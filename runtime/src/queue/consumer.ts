import { performance } from "node:perf_hooks";
import type { Channel } from "amqplib";
import type { BrokerConnection } from "./connection.ts";
import { Delivery, type Settlement } from "./delivery.ts";
import { errorText, RejectMessage } from "./errors.ts";
import { keepChannel } from "./keepChannel.ts";
import { attemptOf, decodeBody, lagSeconds, receivedMessage } from "./message.ts";
import type { Consumer, Handler, Logger } from "./options.ts";
import { Places } from "./places.ts";
import { retryPauseMs, type RetryPauses } from "./retry.ts";
import type { QueueTelemetry } from "./telemetry.ts";
import { countdown, pause, reserveSeconds, within } from "./timing.ts";

export interface QueueConsumerOptions {
  readonly connection: BrokerConnection;
  readonly queue: string;
  readonly handler: Handler;
  readonly prefetch: number;
  readonly retry: RetryPauses;
  readonly random: () => number;
  readonly now: () => number;
  readonly telemetry?: QueueTelemetry | undefined;
  readonly logger?: Logger | undefined;
}

/** What `stop` needs to end a subscription without losing the channel that acks go over. */
interface Subscription {
  readonly channel: Channel;
  readonly consumerTag: string;
}

/** A subscription that is made anew whenever its channel is lost; each message is answered after its handler. */
export class QueueConsumer implements Consumer {
  readonly #options: QueueConsumerOptions;
  readonly #places: Places;
  readonly #stopping = new AbortController();
  readonly #kept: Promise<void>;
  #subscription: Subscription | undefined;
  #stopped: Promise<boolean> | undefined;

  constructor(options: QueueConsumerOptions) {
    this.#options = options;
    const { connection, queue, prefetch, random, logger } = options;
    this.#places = new Places(prefetch, (delivery) => this.#handle(delivery));
    this.#kept = keepChannel({
      ...{ connection, random, logger },
      create: () => this.#channel(),
      ready: (channel) => this.#subscribe(channel),
      what: `consumer of ${queue}`,
      signal: this.#stopping.signal,
    });
  }

  subscribed(): boolean {
    return this.#subscription !== undefined;
  }

  stop(graceSeconds: number): Promise<boolean> {
    this.#stopped ??= this.#stop(graceSeconds);
    return this.#stopped;
  }

  async #stop(graceSeconds: number): Promise<boolean> {
    const left = countdown(graceSeconds + reserveSeconds);
    // First of all: a subscription that is being made must not begin while the work drains.
    this.#stopping.abort(new Error("stopped"));
    this.#places.shut();
    // Beside the work: a broker that hangs must not take the time of the handlers.
    const cancelled = this.#cancel(left);
    const isDone = await within(graceSeconds, this.#places.done());
    // What is still in flight goes back to the queue with the channel.
    this.#places.lose(new Error("the time to finish is over"));
    const channel = await cancelled;
    if (channel === undefined) return isDone;
    // The broker answers a channel's close after every ack before it. It is told even when no time is left.
    return (await within(left(), channel.close())) && isDone;
  }

  /** Ends the deliveries; resolves to the channel, which acks of what is in flight still need. */
  async #cancel(left: () => number): Promise<Channel | undefined> {
    await within(left(), this.#kept);
    if (this.#subscription === undefined) return undefined;
    const { channel, consumerTag } = this.#subscription;
    await within(left(), channel.cancel(consumerTag));
    this.#subscription = undefined;
    // Not before: they could come back to us at once.
    this.#places.release();
    return channel;
  }

  /** Not while handlers of lost channels have every place: others can work on what we could not begin. */
  async #channel(): Promise<Channel> {
    const { connection, queue, prefetch, logger } = this.#options;
    if (this.#places.isFull())
      logger?.warn({ queue, prefetch }, "not subscribed while handlers of a lost channel have every place");
    await this.#places.free();
    this.#stopping.signal.throwIfAborted();
    // The connection of before the wait may be gone.
    return connection.current().createChannel();
  }

  async #subscribe(channel: Channel): Promise<void> {
    const { queue, prefetch, logger } = this.#options;
    channel.once("close", () => {
      this.#subscription = undefined;
      this.#places.lose(new Error("the channel of the delivery was lost"), channel);
    });
    // Before the subscription, or the whole queue could be delivered at once.
    await channel.prefetch(prefetch);
    this.#stopping.signal.throwIfAborted();
    const { consumerTag } = await channel.consume(queue, (message) => {
      if (message !== null) this.#places.take(new Delivery(channel, message));
      // The broker ended the subscription: the queue was deleted.
      else void channel.close().catch(() => undefined);
    });
    // The channel is closed then, and what has come goes back with it.
    this.#stopping.signal.throwIfAborted();
    this.#subscription = { channel, consumerTag };
    logger?.info({ queue, prefetch }, "subscribed");
  }

  /** Never rejects. */
  async #handle(delivery: Delivery): Promise<void> {
    const startedAt = performance.now();
    const { queue, handler, now, telemetry } = this.#options;
    const { message } = delivery;
    const { redelivered } = message.fields;
    telemetry?.delivered({ queue, redelivered, lagSeconds: lagSeconds(message, now()) });
    let failure: { readonly error: unknown } | undefined;
    try {
      const body = decodeBody(message.content);
      await handler(receivedMessage(message, body, () => delivery.signal()));
    } catch (error) {
      failure = { error };
    }
    const seconds = (performance.now() - startedAt) / 1000;
    const answer = failure === undefined ? "acked" : await this.#afterFailure(delivery, failure.error);
    const outcome = delivery.settle(answer);
    telemetry?.settled({ queue, outcome, seconds });
  }

  /** Logs, and holds back what gets another attempt: at once it would fail again for the same reason. */
  async #afterFailure(delivery: Delivery, error: unknown): Promise<Settlement> {
    const { queue, random, retry, logger } = this.#options;
    const attempt = attemptOf(delivery.message);
    const id: unknown = delivery.message.properties.messageId;
    const fields = { queue, messageId: id, attempt, error: errorText(error) };
    if (error instanceof RejectMessage) {
      logger?.warn(fields, "message rejected for good");
      return "deadLettered";
    }
    logger?.warn(fields, "attempt at a message failed");
    // Neither a stop nor a lost channel needs to wait.
    const signal = AbortSignal.any([this.#stopping.signal, delivery.signal()]);
    await pause(retryPauseMs(attempt, random(), retry), signal);
    return "requeued";
  }
}
