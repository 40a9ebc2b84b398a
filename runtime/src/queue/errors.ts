/**
 * Thrown by a handler whose message can never be worked on: it becomes a dead letter at once, without another attempt.
 * The message of the error is logged, so keep secrets out of it.
 */
export class RejectMessage extends Error {
  override readonly name = "RejectMessage";
}

/**
 * `unroutable`: no queue of that name. `refused`: the broker said no, nearly always because the queue is full.
 * `timeout`: not confirmed in time. `overloaded`: too many publishes wait in this process. `closed`: by this process.
 */
export type PublishFailure = "unroutable" | "refused" | "timeout" | "overloaded" | "closed";

/** A message that the broker did not confirm. */
export class PublishError extends Error {
  override readonly name = "PublishError";
  readonly reason: PublishFailure;
  readonly queue: string;
  /** Publish again under this id, so that a consumer can tell the two copies of one message. */
  readonly messageId: string;
  /** The broker may have the message all the same: it was sent, and the answer never came. */
  readonly mayBeQueued: boolean;

  constructor(reason: PublishFailure, message: PublishedMessage, text: string) {
    super(`cannot publish ${message.messageId} to ${message.queue}: ${text}`);
    this.reason = reason;
    this.queue = message.queue;
    this.messageId = message.messageId;
    this.mayBeQueued = message.mayBeQueued ?? false;
  }
}

/** What a PublishError tells of its message. */
export interface PublishedMessage {
  readonly queue: string;
  readonly messageId: string;
  readonly mayBeQueued?: boolean;
}

/** The message alone: a whole error may carry options of the connection, and those carry the password. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node's error for a name with several addresses has an empty message.
  if (error instanceof AggregateError && error.message === "") return error.errors.map(errorText).join("; ");
  return error.message;
}
