import type { Channel, ConsumeMessage } from "amqplib";

/** `requeued` also where no answer could be given: the broker then gives the message to somebody else. */
export type Settlement = "acked" | "requeued" | "deadLettered";

/** A message at one consumer: answered once, over the channel that brought it. */
export class Delivery {
  readonly message: ConsumeMessage;
  /** Undefined once answered or lost. */
  #channel: Channel | undefined;
  #lost: Error | undefined;
  #controller: AbortController | undefined;

  constructor(channel: Channel, message: ConsumeMessage) {
    this.#channel = channel;
    this.message = message;
  }

  /** Aborts when the delivery is lost. Made on demand: most handlers never look. */
  signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#lost !== undefined) this.#controller.abort(this.#lost);
    return this.#controller.signal;
  }

  /** Whether an answer over this channel is still due. */
  isOpenOn(channel: Channel): boolean {
    return this.#channel === channel;
  }

  /** The broker gives the message to somebody else; whatever the handler still does, nothing is answered. */
  lose(reason: Error): void {
    if (this.#channel === undefined) return;
    this.#channel = undefined;
    this.#lost = reason;
    this.#controller?.abort(reason);
  }

  /** Answers the broker unless that was done before or the delivery is lost; returns what becomes of the message. */
  settle(answer: Settlement): Settlement {
    const channel = this.#channel;
    this.#channel = undefined;
    if (channel === undefined) return "requeued";
    try {
      // A second ack of one delivery would close the channel, and with it everything that is in flight.
      if (answer === "acked") channel.ack(this.message);
      else channel.nack(this.message, false, answer === "requeued");
      return answer;
    } catch {
      // A closed channel takes no answer.
      return "requeued";
    }
  }
}
