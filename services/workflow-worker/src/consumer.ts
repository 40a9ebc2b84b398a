import { setTimeout as delay } from "node:timers/promises";
import { connect, credentials, type ChannelModel, type ConfirmChannel, type ConsumeMessage } from "amqplib";
import type { Logger } from "pino";
import type { WorkerMetrics } from "./metrics.ts";

/** Resolves when the work is done; a rejection means that this message can never be worked on. */
export type Work = (message: ConsumeMessage) => Promise<void>;

/** One worker's subscription to one queue. */
export interface ConsumerOptions {
  /** Without credentials: the library's errors may show it. */
  readonly amqpUrl: string;
  readonly username: string;
  readonly password: string;
  readonly queue: string;
  /** Absent: nothing is reported. Must exist: a report to a missing queue is confirmed and lost. */
  readonly reportQueue?: string;
  /** So many messages at once; those that wait here count as unacknowledged and hide from a count of ready ones. */
  readonly prefetch: number;
  /** Tells connections apart in the broker's management pages. */
  readonly name: string;
}

/** A consumer that looks after its connection by itself. */
export interface Consumer {
  /** Whether deliveries can arrive now. */
  subscribed(): boolean;
  /** Takes no more, finishes and acks what is in flight; resolves to whether that succeeded within the time. */
  stop(graceSeconds: number): Promise<boolean>;
}

/** Seconds until a lost channel or a missing queue is tried again. */
const retrySeconds = 1;

/** What `stop` needs to end a subscription without losing the channel that acks go over. */
interface Subscription {
  readonly channel: ConfirmChannel;
  readonly consumerTag: string;
}

/** Consumes until stopped: ack after the work, and a new connection, channel or subscription whenever one is lost. */
export async function startConsumer(
  options: ConsumerOptions,
  work: Work,
  { logger, metrics }: { logger: Logger; metrics: WorkerMetrics },
): Promise<Consumer> {
  const { amqpUrl, username, password, queue, reportQueue, prefetch, name } = options;
  /** Work that has begun and is not settled, across channels: a lost channel does not end it. */
  const inFlight = new Set<Promise<void>>();
  /** Also ends the pause before another try. */
  const stopping = new AbortController();
  /** The connection that is open now; undefined between two of them. */
  let current: ChannelModel | undefined;
  let subscription: Subscription | undefined;

  const handle = async (channel: ConfirmChannel, message: ConsumeMessage): Promise<void> => {
    // Epoch seconds: the report is compared with other machines' times.
    const startedAt = Date.now() / 1000;
    try {
      await work(message);
    } catch (error) {
      logger.warn({ messageId: messageId(message), error: text(error) }, "message rejected");
      settle(channel, (open) => {
        // Not requeued: it would come back at once, for ever. A dead-letter exchange may catch it.
        open.reject(message, false);
      });
      metrics.messages.inc({ outcome: "rejected" });
      return;
    }
    metrics.workDuration.observe(Date.now() / 1000 - startedAt);
    try {
      // Before the ack: a worker that dies in between reports twice, but no finished job goes unreported.
      if (reportQueue !== undefined) await report(channel, reportQueue, { message, startedAt, worker: name });
      channel.ack(message);
      metrics.messages.inc({ outcome: "acked" });
    } catch (error) {
      // The channel has gone with the delivery: the broker gives the message to another worker.
      metrics.messages.inc({ outcome: "requeued" });
      logger.warn({ messageId: messageId(message), error: text(error) }, "message not acked");
    }
  };

  const receive = (channel: ConfirmChannel, message: ConsumeMessage): void => {
    const done = handle(channel, message).finally(() => {
      inFlight.delete(done);
      // Set in both places, so that the gauge is right between two scrapes.
      metrics.inFlight.set(inFlight.size);
    });
    inFlight.add(done);
    metrics.inFlight.set(inFlight.size);
  };

  const subscribe = async (model: ChannelModel): Promise<void> => {
    // A newer connection has a loop of its own: two subscriptions would double the prefetch.
    while (current === model && !stopping.signal.aborted) {
      try {
        await subscribeOnce(model);
        return;
      } catch (error) {
        logger.warn({ queue, error: text(error) }, "cannot subscribe");
        await delay(retrySeconds * 1000, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };

  const subscribeOnce = async (model: ChannelModel): Promise<void> => {
    // A new one for each try: the broker closes a channel that asks for a missing queue.
    const channel = await model.createConfirmChannel();
    channel.on("error", (error) => {
      logger.warn({ error: text(error) }, "channel failed");
    });
    // Before the subscription, or the whole queue could be delivered at once.
    await channel.prefetch(prefetch);
    const { consumerTag } = await channel.consume(queue, (message) => {
      if (message !== null) receive(channel, message);
      // The broker ended the subscription: the queue was deleted or has moved.
      else void channel.close().catch(() => undefined);
    });
    subscription = { channel, consumerTag };
    logger.info({ queue, prefetch }, "subscribed");
    channel.once("close", () => {
      // Readiness follows: /readyz must not promise work while nothing can arrive.
      subscription = undefined;
      void subscribe(model);
    });
  };

  const connection = await connect(amqpUrl, {
    credentials: credentials.plain(username, password),
    clientProperties: { connection_name: name },
    recovery: {
      initialDelay: 200,
      maxDelay: 5000,
      // A broker that is away at the start is no reason to exit: probes would restart the pod in a loop.
      waitForConnect: false,
      // Not awaited: a queue that is missing must not make the library give the connection up.
      setup: (model: ChannelModel) => {
        current = model;
        void subscribe(model);
        return Promise.resolve();
      },
    },
  });
  // Only told: the library tries again by itself, at pauses of up to 5 s.
  connection.on("connect-failed", (error) => {
    logger.warn({ error: text(error) }, "cannot connect");
  });
  connection.on("disconnect", (error) => {
    current = undefined;
    subscription = undefined;
    logger.warn({ error: text(error) }, "connection lost");
  });
  connection.on("error", (error) => {
    logger.warn({ error: text(error) }, "connection failed");
  });

  return {
    subscribed: () => subscription !== undefined,
    async stop(graceSeconds) {
      // First of all: a subscription that is being set up must not begin while the work drains.
      stopping.abort();
      const { channel, consumerTag } = subscription ?? {};
      // Cancelled, not closed: deliveries stop and the acks of what is in flight still have their channel.
      if (channel !== undefined && consumerTag !== undefined) await channel.cancel(consumerTag).catch(() => undefined);
      subscription = undefined;
      // What is still in flight after the grace time goes back to the queue with the channel.
      const drained = await within(graceSeconds, allDone(inFlight));
      // The channel answers its close after it has handled every ack before; a bare connection close overtakes them.
      if (channel !== undefined)
        await within(
          Math.max(1, graceSeconds),
          channel.close().catch(() => undefined),
        );
      await within(
        Math.max(1, graceSeconds),
        connection.close().catch(() => undefined),
      );
      return drained;
    },
  };
}

/** Publishes what became of a job and waits until the broker has it. */
function report(
  channel: ConfirmChannel,
  queue: string,
  { message, startedAt, worker }: { message: ConsumeMessage; startedAt: number; worker: string },
): Promise<void> {
  const { redelivered } = message.fields;
  // `redelivered` marks work that may have been done before, by a worker that was cut off.
  const body = { id: messageId(message), worker, startedAt, finishedAt: Date.now() / 1000, redelivered };
  return new Promise((resolve, reject) => {
    // Persistent: a restart of the broker must not lose what became of a job.
    channel.sendToQueue(queue, Buffer.from(JSON.stringify(body)), { persistent: true }, (error: unknown) => {
      if (error === null || error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error(text(error)));
    });
  });
}

/** In a loop: what was delivered before the cancel took effect joins the set meanwhile. */
async function allDone(inFlight: ReadonlySet<Promise<void>>): Promise<void> {
  while (inFlight.size > 0) await Promise.all(inFlight);
}

/** Whether the promise settles within the time. */
async function within(seconds: number, promise: Promise<unknown>): Promise<boolean> {
  const timer = new AbortController();
  const timeout = delay(seconds * 1000, false, { signal: timer.signal }).catch(() => false);
  try {
    return await Promise.race([promise.then(() => true), timeout]);
  } finally {
    timer.abort();
  }
}

/** Never throws: answers to a closed channel are pointless, not wrong. */
function settle(channel: ConfirmChannel, answer: (channel: ConfirmChannel) => void): void {
  try {
    answer(channel);
  } catch {
    // A closed channel takes no answer; the broker delivers the message again.
  }
}

function messageId({ properties }: ConsumeMessage): string | undefined {
  const id: unknown = properties.messageId;
  return typeof id === "string" ? id : undefined;
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
