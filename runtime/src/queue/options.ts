import type { QueueStatus, QueueTelemetry } from "./telemetry.ts";
import type { RetryPauses } from "./retry.ts";

/** pino fits. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface QueueOptions {
  /** Any member each, without credentials: `amqp://host:5672` or `amqps://host`; a path names the virtual host. */
  readonly urls: readonly string[];
  readonly username: string;
  readonly password: string;
  /** Shown in the broker's list of connections; a pod's name. */
  readonly name: string;
  readonly telemetry?: QueueTelemetry;
  readonly logger?: Logger;
  /** Sent and not yet confirmed; 1000 unless told. Further ones wait. */
  readonly maxUnconfirmed?: number;
  /** Publishes that wait for their turn or for the broker; one more is refused at once. 10 000 unless told. */
  readonly maxWaiting?: number;
  /** Bytes of JSON; RabbitMQ 4 closes the channel above 16 MiB, which is the default here. */
  readonly maxMessageBytes?: number;
  /** Seconds without a word from the broker until the connection counts as lost, within a factor of two; 20 unless told. */
  readonly heartbeatSeconds?: number;
  /** From 0 up to 1; `Math.random` unless told. */
  readonly random?: () => number;
  /** Milliseconds since the epoch; `Date.now` unless told. */
  readonly now?: () => number;
}

export interface PublishOptions {
  /** A new UUID unless told. */
  readonly messageId?: string;
  /** 0 to 255, of which a quorum queue tells few levels apart: take one of `priorities`. */
  readonly priority?: number;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
  /** Until the broker must have confirmed, waits for a connection included; 30 unless told. */
  readonly timeoutSeconds?: number;
}

export interface ConsumeOptions {
  /** So many handlers at once; a message that waits for another attempt, or that lost its channel, counts. 1 to 65 535. */
  readonly prefetch: number;
  /** Between two attempts at the same message; from 1 s doubling to 30 s unless told. */
  readonly retry?: RetryPauses;
}

/** One delivery of a message. */
export interface Message {
  /** Parsed JSON of any shape: check it before use. */
  readonly body: unknown;
  readonly raw: Buffer;
  readonly messageId?: string;
  readonly priority?: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** May have been worked on before, in full or in part. */
  readonly redelivered: boolean;
  /** From 1; each failed attempt and each lost consumer counts. */
  readonly attempt: number;
  /** By the publisher's clock. */
  readonly publishedAt?: Date;
  /** Aborts when the delivery can no longer be acknowledged: another consumer gets the message. */
  readonly signal: AbortSignal;
}

/** Resolves when the message is done with; see RejectMessage for the other ways to end. */
export type Handler = (message: Message) => Promise<void>;

export interface Consumer {
  /** Whether deliveries can arrive now. */
  subscribed(): boolean;
  /**
   * Takes no more, finishes and acks what is in flight. Resolves to whether that was done within the time, at most 2 s
   * after it, also when the broker does not answer.
   */
  stop(graceSeconds: number): Promise<boolean>;
}

export interface Queue {
  /** Resolves when the broker has the message on disk of a majority; rejects with PublishError or the signal's reason. */
  publish(queue: string, body: unknown, options?: PublishOptions): Promise<void>;
  /** Resolves at once; the subscription follows as soon as broker and queue are there. */
  consume(queue: string, handler: Handler, options: ConsumeOptions): Promise<Consumer>;
  /** Messages that are ready for delivery, asked of the broker. Rejects while that is unknown. */
  depth(queue: string): Promise<number>;
  /** Whether every connection that is in use is up. */
  connected(): boolean;
  /** What was last learned of the queues that this process uses, 100 at most; null for what is older than a minute. */
  status(): QueueStatus;
  /** The same, asked of the broker now: for a scrape. */
  measure(): Promise<QueueStatus>;
  /**
   * Ends consumers, waits for confirms, closes connections; whether all was done within the time, 10 s unless told.
   * Resolves at most 2 s after it.
   */
  close(graceSeconds?: number): Promise<boolean>;
}
