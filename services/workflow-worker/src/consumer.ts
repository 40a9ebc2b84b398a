import { setTimeout as delay } from "node:timers/promises";
import { connect, credentials, type ChannelModel, type ConfirmChannel, type ConsumeMessage } from "amqplib";
import type { Logger } from "pino";
import type { WorkerMetrics } from "./metrics.ts";

/** Resolves when the work is done; a rejection means that this message can never be worked on. */
export type Work = (message: ConsumeMessage) => Promise<void>;

export interface ConsumerOptions {
  readonly amqpUrl: string;
  readonly username: string;
  readonly password: string;
  readonly queue: string;
  readonly reportQueue?: string;
  readonly prefetch: number;
  /** Tells connections apart in the broker's management pages. */
  readonly name: string;
}

export interface Consumer {
  /** Whether deliveries can arrive now. */
  subscribed(): boolean;
  /** Takes no more, finishes and acks what is in flight; resolves to whether that succeeded within the time. */
  stop(graceSeconds: number): Promise<boolean>;
}

/** Seconds until a lost channel or a missing queue is tried again. */
const retrySeconds = 1;

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
  const inFlight = new Set<Promise<void>>();
  const stopping = new AbortController();
  let current: ChannelModel | undefined;
  let subscription: Subscription | undefined;

  const handle = async (channel: ConfirmChannel, message: ConsumeMessage): Promise<void> => {
    const startedAt = Date.now() / 1000;
    try {
      await work(message);
    } catch (error) {
      logger.warn({ messageId: messageId(message), error: text(error) }, "message rejected");
      settle(channel, (open) => {
        open.reject(message, false);
      });
      metrics.messages.inc({ outcome: "rejected" });
      return;
    }
    metrics.workDuration.observe(Date.now() / 1000 - startedAt);
    try {
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
      metrics.inFlight.set(inFlight.size);
    });
    inFlight.add(done);
    metrics.inFlight.set(inFlight.size);
  };

  const subscribe = async (model: ChannelModel): Promise<void> => {
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
    const channel = await model.createConfirmChannel();
    channel.on("error", (error) => {
      logger.warn({ error: text(error) }, "channel failed");
    });
    await channel.prefetch(prefetch);
    const { consumerTag } = await channel.consume(queue, (message) => {
      if (message !== null) receive(channel, message);
      // The broker ended the subscription: the queue was deleted or has moved.
      else void channel.close().catch(() => undefined);
    });
    subscription = { channel, consumerTag };
    logger.info({ queue, prefetch }, "subscribed");
    channel.once("close", () => {
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
      waitForConnect: false,
      setup: (model: ChannelModel) => {
        current = model;
        void subscribe(model);
        return Promise.resolve();
      },
    },
  });
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
      stopping.abort();
      const { channel, consumerTag } = subscription ?? {};
      if (channel !== undefined && consumerTag !== undefined) await channel.cancel(consumerTag).catch(() => undefined);
      subscription = undefined;
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
  const body = { id: messageId(message), worker, startedAt, finishedAt: Date.now() / 1000, redelivered };
  return new Promise((resolve, reject) => {
    channel.sendToQueue(queue, Buffer.from(JSON.stringify(body)), { persistent: true }, (error: unknown) => {
      if (error === null || error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error(text(error)));
    });
  });
}

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
