import type { Channel } from "amqplib";
import type { BrokerConnection } from "./connection.ts";
import { errorText } from "./errors.ts";
import { checkQueueName } from "./publishOptions.ts";
import type { QueueStatus } from "./telemetry.ts";
import { countdown, within } from "./timing.ts";

/** Seconds for an answer of the broker, the wait for a turn included. */
const patienceSeconds = 5;

const noAnswer = `no answer in ${patienceSeconds} s`;

/** Milliseconds after which what was learned counts as unknown. */
const freshMs = 60_000;

/** Queues at most that are watched: each is a series, and a question at each scrape. */
const mostQueues = 100;

/** Depths of the queues that this process has to do with, asked for over one channel, one after another. */
export class Depths {
  readonly #connection: BrokerConnection;
  readonly #now: () => number;
  /** By queue; undefined for one that was never learned of. */
  readonly #known = new Map<string, { readonly depth: number; readonly at: number } | undefined>();
  /** Undefined before the first question and after one that failed. */
  #channel: Promise<Channel> | undefined;
  /** Resolves when the last question so far is answered; never rejects. */
  #turn: Promise<void> = Promise.resolve();

  constructor(connection: BrokerConnection, now: () => number) {
    this.#connection = connection;
    this.#now = now;
  }

  /** From now on `status` and `measure` tell of this queue, unless there are too many already. */
  watch(queue: string): void {
    if (!this.#known.has(queue) && this.#known.size < mostQueues) this.#known.set(queue, undefined);
  }

  /** Ready messages, asked of the broker; rejects while unknown. */
  async ask(queue: string): Promise<number> {
    try {
      checkQueueName(queue);
      const depth = await this.#askInTurn(queue);
      this.watch(queue);
      if (this.#known.has(queue)) this.#known.set(queue, { depth, at: this.#now() });
      return depth;
    } catch (error) {
      if (this.#known.has(queue)) this.#known.set(queue, undefined);
      throw new Error(`the depth of ${queue} is unknown: ${errorText(error)}`, { cause: error });
    }
  }

  /** Asks for all: one that fails is null. */
  async askAll(): Promise<void> {
    await Promise.allSettled([...this.#known.keys()].map((queue) => this.ask(queue)));
  }

  known(): QueueStatus["depth"] {
    const oldest = this.#now() - freshMs;
    return Object.fromEntries(
      [...this.#known].map(([queue, last]) => [queue, last !== undefined && last.at >= oldest ? last.depth : null]),
    );
  }

  async #askInTurn(queue: string): Promise<number> {
    const left = countdown(patienceSeconds);
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#turn = promise;
    try {
      // Ends before our own time does: who came first runs out of it first.
      await before;
      if (left() === 0) throw new Error(noAnswer);
      const answer = this.#declarePassively(queue);
      if (!(await within(left(), answer))) throw new Error(noAnswer);
      return await answer;
    } catch (error) {
      this.#drop();
      throw error;
    } finally {
      resolve(undefined);
    }
  }

  async #declarePassively(queue: string): Promise<number> {
    this.#channel ??= this.#open();
    const { messageCount } = await (await this.#channel).checkQueue(queue);
    return messageCount;
  }

  #open(): Promise<Channel> {
    const opening = this.#connection.current().createChannel();
    const listen = (channel: Channel): void => {
      // The question that it was closed for tells.
      channel.on("error", () => undefined);
      channel.once("close", () => {
        if (this.#channel === opening) this.#channel = undefined;
      });
    };
    opening.then(listen, () => undefined);
    return opening;
  }

  /** Another one for the next question: the broker closes a channel that asks for a missing queue. */
  #drop(): void {
    this.#channel?.then((channel) => channel.close()).catch(() => undefined);
    this.#channel = undefined;
  }
}
