import { performance } from "node:perf_hooks";
import type { Channel, ConsumeMessage } from "amqplib";
import type { BrokerConnection } from "./connection.ts";
import { Delivery, type Settlement } from "./delivery.ts";
import { errorText, RejectMessage } from "./errors.ts";
import { keepChannel } from "./keepChannel.ts";
import { attemptOf, decodeBody, lagSeconds, receivedMessage } from "./message.ts";
import type { Consumer, Handler, Logger } from "./options.ts";
import { retryPauseMs, type RetryPauses } from "./retry.ts";
import type { QueueTelemetry } from "./telemetry.ts";
import { pause, within } from "./timing.ts";

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
  /** Work that has begun, across channels: a lost channel does not end it. */
  readonly #inFlight = new Map<Delivery, Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #kept: Promise<void>;
  #subscription: Subscription | undefined;
  #stopped: Promise<boolean> | undefined;

  constructor(options: QueueConsumerOptions) {
    this.#options = options;
    const { connection, queue, random, logger } = options;
    this.#kept = keepChannel({
      ...{ connection, random, logger },
      create: (model) => model.createChannel(),
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
    // First of all: a subscription that is being made must not begin while the work drains.
    this.#stopping.abort();
    await within(Math.max(1, graceSeconds), this.#kept);
    const { channel, consumerTag } = this.#subscription ?? {};
    // Cancelled, not closed: deliveries stop and the acks of what is in flight still have their channel.
    if (channel !== undefined && consumerTag !== undefined)
      await within(Math.max(1, graceSeconds), channel.cancel(consumerTag));
    this.#subscription = undefined;
    const drained = await within(graceSeconds, Promise.all(this.#inFlight.values()));
    // What is still in flight goes back to the queue with the channel.
    for (const delivery of this.#inFlight.keys()) delivery.lose(new Error("the time to finish is over"));
    // The broker answers a channel's close after every ack before it.
    if (channel !== undefined) await within(5, channel.close());
    return drained;
  }

  async #subscribe(channel: Channel): Promise<void> {
    const { queue, prefetch, logger } = this.#options;
    channel.once("close", () => {
      this.#subscription = undefined;
      for (const delivery of this.#inFlight.keys())
        if (delivery.isOpenOn(channel)) delivery.lose(new Error("the channel of the delivery was lost"));
    });
    // Before the subscription, or the whole queue could be delivered at once.
    await channel.prefetch(prefetch);
    if (this.#stopping.signal.aborted) throw new Error("stopped");
    const { consumerTag } = await channel.consume(queue, (message) => {
      if (message !== null) this.#receive(channel, message);
      // The broker ended the subscription: the queue was deleted.
      else void channel.close().catch(() => undefined);
    });
    this.#subscription = { channel, consumerTag };
    logger?.info({ queue, prefetch }, "subscribed");
  }

  #receive(channel: Channel, message: ConsumeMessage): void {
    const { queue, now, telemetry } = this.#options;
    const delivery = new Delivery(channel, message);
    if (this.#stopping.signal.aborted) {
      // On its way before the cancel took effect: another consumer can begin at once.
      delivery.settle("requeued");
      return;
    }
    telemetry?.delivered({ queue, redelivered: message.fields.redelivered, lagSeconds: lagSeconds(message, now()) });
    this.#inFlight.set(delivery, this.#handle(delivery));
  }

  /** Never rejects. */
  async #handle(delivery: Delivery): Promise<void> {
    const startedAt = performance.now();
    const { queue, handler, telemetry } = this.#options;
    let failure: { readonly error: unknown } | undefined;
    try {
      const body = decodeBody(delivery.message.content);
      await handler(receivedMessage(delivery.message, body, () => delivery.signal()));
    } catch (error) {
      failure = { error };
    }
    const seconds = (performance.now() - startedAt) / 1000;
    const answer = failure === undefined ? "acked" : await this.#afterFailure(delivery, failure.error);
    const outcome = delivery.settle(answer);
    this.#inFlight.delete(delivery);
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
