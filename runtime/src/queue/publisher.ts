import { randomUUID } from "node:crypto";
import { performance } from "node:perf_hooks";
import { IllegalOperationError, type ConfirmChannel, type Options } from "amqplib";
import { errorText, PublishError, type PublishFailure } from "./errors.ts";
import { encodeBody, publishProperties } from "./message.ts";
import type { PublishOptions } from "./options.ts";
import { checkPublish } from "./publishOptions.ts";
import type { QueueTelemetry } from "./telemetry.ts";
import { within } from "./timing.ts";

export interface PublisherOptions {
  readonly maxUnconfirmed: number;
  readonly maxWaiting: number;
  readonly maxMessageBytes: number;
  readonly now: () => number;
  /** Why nothing can be sent now, for the error of a publish that ran out of time. */
  readonly trouble: () => string;
  readonly telemetry?: QueueTelemetry | undefined;
}

/** A publish whose promise is open. */
interface Pending {
  readonly queue: string;
  readonly content: Buffer;
  readonly properties: Options.Publish & { readonly messageId: string };
  /** What the broker said of a message that no queue takes; its confirm follows. */
  returned: string | undefined;
  /** Over any channel. */
  sent: boolean;
  /** Ends it; the promise rejects where there is an error. */
  end(error?: Error): void;
}

/** Sends what is published over whichever channel there is, until the broker confirms: at least once. */
export class Publisher {
  readonly #options: PublisherOptions;
  /** In order of publishing. */
  #waiting = new Set<Pending>();
  readonly #unconfirmed = new Set<Pending>();
  #channel: ConfirmChannel | undefined;
  /** What the channel still has to confirm, given-up publishes included: the broker works on those all the same. */
  #inFlight = 0;
  /** The channel's buffer is full: nothing more until it has drained. */
  #full = false;
  #closed = false;
  #whenIdle: (() => void) | undefined;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /** As Queue.publish. */
  async publish(queue: string, body: unknown, options: PublishOptions = {}): Promise<void> {
    const { maxWaiting, maxMessageBytes, now } = this.#options;
    checkPublish(queue, options);
    options.signal?.throwIfAborted();
    const messageId = options.messageId ?? randomUUID();
    if (this.#closed) throw new PublishError("closed", { queue, messageId }, "the queue is closed");
    if (this.#waiting.size >= maxWaiting)
      throw new PublishError("overloaded", { queue, messageId }, `${maxWaiting} publishes wait already`);
    // Now and not when it is sent: the caller may change the object meanwhile.
    const content = encodeBody(body);
    if (content.length > maxMessageBytes)
      throw new RangeError(`the body must have at most ${maxMessageBytes} bytes of JSON, not ${content.length}`);
    const properties = publishProperties({ ...options, messageId }, now());
    await this.#add({ queue, content, properties }, options);
  }

  #add(message: Pick<Pending, "queue" | "content" | "properties">, options: PublishOptions): Promise<void> {
    const { signal, timeoutSeconds = 30 } = options;
    const startedAt = performance.now();
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        const reason: unknown = signal?.reason;
        pending.end(reason instanceof Error ? reason : new Error(String(reason)));
      };
      const timeout = setTimeout(() => {
        pending.end(this.#failure(pending, "timeout", `not confirmed in ${timeoutSeconds} s${this.#trouble()}`));
      }, timeoutSeconds * 1000);
      const pending: Pending = {
        ...message,
        returned: undefined,
        sent: false,
        end: (error) => {
          clearTimeout(timeout);
          signal?.removeEventListener("abort", onAbort);
          this.#forget(pending);
          const outcome = error === undefined ? "confirmed" : "failed";
          const seconds = (performance.now() - startedAt) / 1000;
          this.#options.telemetry?.published({ queue: pending.queue, outcome, seconds });
          if (error === undefined) resolve();
          else reject(error);
        },
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#waiting.add(pending);
      this.#pump();
    });
  }

  /** Sends over this channel until it closes; what it leaves unconfirmed is sent again over the next one. */
  attach(channel: ConfirmChannel): void {
    this.#detach();
    this.#channel = channel;
    this.#full = false;
    this.#inFlight = 0;
    channel.on("drain", () => {
      this.#full = false;
      this.#pump();
    });
    channel.on("return", ({ fields, properties }) => {
      const { routingKey } = fields;
      const { replyText } = fields as { replyText?: string };
      for (const pending of this.#unconfirmed)
        if (pending.queue === routingKey && pending.properties.messageId === properties.messageId)
          pending.returned = replyText ?? "no queue takes it";
    });
    // First of all listeners: amqplib's own calls every callback back with an error that looks like a refusal.
    channel.prependOnceListener("close", () => {
      if (channel === this.#channel) this.#detach();
    });
    this.#pump();
  }

  /** What is unconfirmed waits for another channel, before what was never sent. */
  #detach(): void {
    this.#channel = undefined;
    this.#waiting = new Set([...this.#unconfirmed, ...this.#waiting]);
    this.#unconfirmed.clear();
  }

  /** Takes no more, waits for confirms and gives the rest up; whether nothing was left within the time. */
  async close(graceSeconds: number): Promise<boolean> {
    this.#closed = true;
    const idle = new Promise<void>((resolve) => (this.#whenIdle = resolve));
    const drained = this.#isIdle() || (await within(graceSeconds, idle));
    for (const pending of [...this.#unconfirmed, ...this.#waiting])
      pending.end(this.#failure(pending, "closed", "the queue was closed before the broker confirmed"));
    return drained;
  }

  #pump(): void {
    for (const pending of this.#waiting) {
      if (this.#channel === undefined || this.#full) return;
      if (this.#inFlight >= this.#options.maxUnconfirmed) return;
      this.#send(pending, this.#channel);
    }
  }

  #send(pending: Pending, channel: ConfirmChannel): void {
    const { queue, content, properties } = pending;
    this.#waiting.delete(pending);
    this.#unconfirmed.add(pending);
    pending.returned = undefined;
    try {
      const hasRoom = channel.sendToQueue(queue, content, properties, (error: unknown) => {
        // After a close the message waits for another channel.
        if (channel === this.#channel) this.#confirmed(pending, error);
      });
      this.#inFlight += 1;
      pending.sent = true;
      this.#full = !hasRoom;
    } catch (error) {
      // Closing: its `close` puts the message back. Anything else is about the message, such as headers above 64 KiB.
      if (error instanceof IllegalOperationError) this.#full = true;
      else pending.end(new TypeError(errorText(error), { cause: error }));
    }
  }

  #confirmed(pending: Pending, error: unknown): void {
    this.#inFlight -= 1;
    // Nobody waits for what was given up, but its place is free for the next.
    if (this.#unconfirmed.has(pending)) this.#settle(pending, error);
    this.#pump();
  }

  #settle(pending: Pending, error: unknown): void {
    if (error !== null) pending.end(this.#failure(pending, "refused", "the broker refused it: its queue is full"));
    else if (pending.returned !== undefined) pending.end(this.#failure(pending, "unroutable", pending.returned));
    else pending.end();
  }

  #failure(pending: Pending, reason: PublishFailure, text: string): PublishError {
    const { queue, properties, sent } = pending;
    const mayBeQueued = sent && (reason === "timeout" || reason === "closed");
    return new PublishError(reason, { queue, messageId: properties.messageId, mayBeQueued }, text);
  }

  #trouble(): string {
    return this.#channel === undefined ? `: ${this.#options.trouble()}` : "";
  }

  #forget(pending: Pending): void {
    this.#waiting.delete(pending);
    this.#unconfirmed.delete(pending);
    if (this.#isIdle()) this.#whenIdle?.();
  }

  #isIdle(): boolean {
    return this.#waiting.size === 0 && this.#unconfirmed.size === 0;
  }
}
