import type { BrokerConnection } from "./connection.ts";
import { errorText } from "./errors.ts";
import type { QueueStatus } from "./telemetry.ts";
import { within } from "./timing.ts";

/** Seconds for an answer of the broker. */
const patienceSeconds = 5;

/** Milliseconds after which what was learned counts as unknown. */
const freshMs = 60_000;

/** Depths of the queues that this process has to do with. */
export class Depths {
  readonly #connection: BrokerConnection;
  readonly #now: () => number;
  /** By queue; undefined for one that was never learned of. */
  readonly #known = new Map<string, { readonly depth: number; readonly at: number } | undefined>();

  constructor(connection: BrokerConnection, now: () => number) {
    this.#connection = connection;
    this.#now = now;
  }

  /** From now on `status` and `measure` tell of this queue. */
  watch(queue: string): void {
    if (!this.#known.has(queue)) this.#known.set(queue, undefined);
  }

  /** Ready messages, asked of the broker; rejects while unknown. */
  async ask(queue: string): Promise<number> {
    this.watch(queue);
    try {
      const depth = await this.#declarePassively(queue);
      this.#known.set(queue, { depth, at: this.#now() });
      return depth;
    } catch (error) {
      this.#known.set(queue, undefined);
      throw new Error(`the depth of ${queue} is unknown: ${errorText(error)}`, { cause: error });
    }
  }

  /** Asks for all, each on its own: one that fails is null. */
  async askAll(): Promise<void> {
    await Promise.allSettled([...this.#known.keys()].map((queue) => this.ask(queue)));
  }

  known(): QueueStatus["depth"] {
    const oldest = this.#now() - freshMs;
    return Object.fromEntries(
      [...this.#known].map(([queue, last]) => [queue, last !== undefined && last.at >= oldest ? last.depth : null]),
    );
  }

  async #declarePassively(queue: string): Promise<number> {
    // One for each question: the broker closes the channel that asks for a missing queue.
    const channel = await this.#connection.current().createChannel();
    channel.on("error", () => undefined);
    try {
      const answer = channel.checkQueue(queue);
      if (!(await within(patienceSeconds, answer))) throw new Error(`no answer in ${patienceSeconds} s`);
      return (await answer).messageCount;
    } finally {
      // Not awaited: the answer is here, and a channel that failed is closed already.
      channel.close().catch(() => undefined);
    }
  }
}
