import type { Channel } from "amqplib";
import type { AmqpConnection } from "./amqpConnection.ts";
import { inTime } from "./inTime.ts";

/** Queue name → messages ready at this moment; null: the queue does not exist. */
export type ReadyCounts = ReadonlyMap<string, number | null>;

type Request = PromiseWithResolvers<number | null>;

/** AMQP 0-9-1 reply code of a passive declare of a missing queue. */
const notFound = 404;
/** One channel answers one declare after the other: with 2 ms between broker and us, four are 2,000 a second. */
const maxChannels = 4;
/** Names of queues that come and go must not pile up; forgetting one costs only a channel. */
const maxApart = 10_000;

/** Counts messages of one vhost by passive declares, on a few channels that stay open. */
export class ReadyCounter {
  readonly #connection: AmqpConnection;
  readonly #timeoutSeconds: number;
  /** In the order of asking; two sources that ask for one queue share the answer. */
  readonly #waiting = new Map<string, Request>();
  /** All channels that the broker has not closed, busy ones included. */
  readonly #open = new Set<Channel>();
  /** Open and without a question under way. */
  readonly #idle: Channel[] = [];
  /** Names that failed last time: each is asked on a channel of its own until it answers. */
  readonly #apart = new Set<string>();
  #workers = 0;

  constructor(connection: AmqpConnection, timeoutSeconds: number) {
    this.#connection = connection;
    this.#timeoutSeconds = timeoutSeconds;
  }

  /** Rejects when a queue cannot be read for another reason than that it does not exist. */
  async count(names: readonly string[]): Promise<ReadyCounts> {
    const unique = [...new Set(names)];
    return new Map(await Promise.all(unique.map(async (name) => [name, await this.#count(name)] as const)));
  }

  #count(name: string): Promise<number | null> {
    // The broker closes a channel that asks for a missing queue, and a queue that hangs blocks it: neither may cost the others.
    if (this.#apart.has(name)) return this.#ask(name, []);
    const asked = this.#waiting.get(name);
    if (asked !== undefined) return asked.promise;
    const request: Request = Promise.withResolvers();
    this.#waiting.set(name, request);
    if (this.#workers < maxChannels) void this.#work();
    return request.promise;
  }

  async #work(): Promise<void> {
    this.#workers += 1;
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      const [name, { resolve, reject }] = next;
      await this.#ask(name, this.#idle).then(resolve, reject);
    }
    this.#workers -= 1;
  }

  #next(): [string, Request] | undefined {
    const [first] = this.#waiting;
    if (first !== undefined) this.#waiting.delete(first[0]);
    return first;
  }

  /** Takes a channel from `idle` and puts it back when it is still of use. */
  async #ask(name: string, idle: Channel[]): Promise<number | null> {
    const channel = idle.pop() ?? (await this.#openChannel());
    try {
      // A declare has no timeout of its own: a queue without a leader may never answer.
      const { messageCount } = await inTime(channel.checkQueue(name), this.#timeoutSeconds);
      this.#apart.delete(name);
      this.#release(channel, idle);
      return messageCount;
    } catch (error) {
      this.#release(channel, []);
      // When the whole connection went, it was not this queue that failed.
      if (this.#connection.isOpen()) this.#setApart(name);
      if (isNotFound(error)) return null;
      throw error;
    }
  }

  async #openChannel(): Promise<Channel> {
    const model = await this.#connection.open();
    const channel = await model.createChannel();
    this.#open.add(channel);
    // The call that closed it rejects as well; without a listener the event would end the process.
    channel.on("error", () => undefined);
    channel.on("close", () => {
      this.#open.delete(channel);
      const at = this.#idle.indexOf(channel);
      if (at >= 0) this.#idle.splice(at, 1);
    });
    return channel;
  }

  #release(channel: Channel, idle: Channel[]): void {
    if (!this.#open.has(channel)) return;
    if (idle === this.#idle) idle.push(channel);
    // A connection lost after the answer changes nothing about it.
    else void channel.close().catch(() => undefined);
  }

  #setApart(name: string): void {
    if (this.#apart.size >= maxApart) this.#apart.clear();
    this.#apart.add(name);
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === notFound;
}
