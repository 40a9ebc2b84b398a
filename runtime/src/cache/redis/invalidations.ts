import type { Clock, Dropped, Logger, NewValue } from "../types.ts";
import { runScript } from "./client.ts";
import type { Members } from "./members.ts";
import type { RedisKeys } from "./redisKeys.ts";
import { Replication } from "./replication.ts";
import * as scripts from "./scripts.ts";
import type { Session } from "./session.ts";

/** Longer than a failover with the platform's node timeout of 5 s takes. */
const longestMs = 30_000;
const retryMs = 200;
/** What no replica has confirmed is repeated after a failover or a restart within this time. */
const unreplicatedMs = 60_000;
/** An outage that outgrows it is reported: what is dropped here ends with its time to live. */
const mostPending = 100_000;

/** Not confirmed in time: it was applied in this process and is still being repeated. */
export class InvalidationUnconfirmedError extends Error {
  override readonly name = "InvalidationUnconfirmedError";
}

export interface InvalidationsOptions {
  readonly members: Pick<Members, "session" | "run" | "replicas" | "refresh" | "reachable">;
  readonly keys: RedisKeys;
  /** Of this process, so that it knows its own messages. */
  readonly sender: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Milliseconds that a caller waits at most; 30 s unless told. */
  readonly confirmMs?: number;
}

type Kind = "keys" | "tags";

interface Item {
  readonly kind: Kind;
  readonly name: string;
  /** Callers and repeats may ask for the same one: the last one to ask knows whether it is done. */
  asked: number;
}

/** Deletes in Redis, tells all processes, and knows what is not confirmed yet. */
export class Invalidations {
  readonly #options: InvalidationsOptions;
  readonly #pending = new Map<string, Item>();
  readonly #unreplicated = new Map<string, { readonly item: Item; readonly until: number }>();
  readonly #replication = new Replication();
  #repeating = false;
  #closed = false;

  constructor(options: InvalidationsOptions) {
    this.#options = options;
  }

  pending(key: string, tags: readonly string[]): boolean {
    if (this.#pending.size === 0) return false;
    return this.#pending.has(idOf("keys", key)) || tags.some((tag) => this.#pending.has(idOf("tags", tag)));
  }

  /**
   * Resolves when the members have it and one replica of each, or no replica of one had it within half a second: then a
   * failover or a restart repeats it. Also resolves when no member can be reached: then nobody can read what is in Redis, and
   * it is repeated when they are back. Rejects with InvalidationUnconfirmedError after 30 s, and goes on repeating.
   */
  async drop({ keys, tags }: Dropped): Promise<void> {
    const items = [...this.#add("keys", keys), ...this.#add("tags", tags)];
    const { clock, members, confirmMs = longestMs } = this.#options;
    const deadline = clock.now() + confirmMs;
    let open: readonly Item[] = items;
    do {
      // One that comes to its end later still counts: it knows its items.
      open = (await within(deadline - clock.now(), this.#attempt(open))) ?? open;
      if (open.length === 0) return;
      if (!members.reachable || this.#closed) break;
      await clock.sleep(retryMs);
    } while (clock.now() < deadline);
    void this.#repeatPending();
    if (members.reachable && !this.#closed)
      throw new InvalidationUnconfirmedError(
        `${open.length} of ${items.length} invalidations were not confirmed within ${confirmMs / 1000} s and are being repeated`,
      );
  }

  /** Stores a value that a caller knows to be the present one; where that fails the old one goes, as by drop(). */
  async put(key: string, { text, milliseconds }: NewValue): Promise<boolean> {
    const [item] = this.#add("keys", [key]);
    if (!item) return false;
    const { asked } = item;
    const { keys, members } = this.#options;
    const args = [keys.channel, this.#message(item), text, milliseconds.toString()];
    try {
      await members.run(keys.value(key), async (session) => {
        await runScript(session.data, scripts.put, keys.pair(key), args);
        this.#confirmed([{ item, asked }], await this.#replicated(session, item));
      });
      return true;
    } catch (error) {
      this.#options.logger.debug({ error: String(error) }, "a value was not stored in Redis");
      await this.drop({ keys: [key], tags: [] });
      return false;
    }
  }

  #add(kind: Kind, names: readonly string[]): Item[] {
    return [...new Set(names)].map((name) => {
      const id = idOf(kind, name);
      const item = this.#pending.get(id) ?? { kind, name, asked: 0 };
      item.asked++;
      this.#pending.set(id, item);
      return item;
    });
  }

  /** One attempt for each item; returns those that failed. */
  async #attempt(items: readonly Item[]): Promise<Item[]> {
    const bySession = new Map<Session, { item: Item; asked: number }[]>();
    const failed: Item[] = [];
    for (const item of items) {
      try {
        const session = this.#options.members.session(this.#redisKeys(item)[0]);
        const entry = { item, asked: item.asked };
        bySession.set(session, [...(bySession.get(session) ?? []), entry]);
      } catch {
        failed.push(item);
      }
    }
    const outcomes = [...bySession].map(([session, entries]) => this.#attemptOn(session, entries));
    return [...failed, ...(await Promise.all(outcomes)).flat()];
  }

  async #attemptOn(session: Session, entries: readonly { item: Item; asked: number }[]): Promise<Item[]> {
    const { keys, logger, members } = this.#options;
    const runs = entries.map(({ item }) =>
      runScript(session.data, scripts.invalidate, this.#redisKeys(item), [keys.channel, this.#message(item)]),
    );
    const outcomes = await Promise.allSettled(runs);
    const done = entries.filter((_, index) => outcomes[index]?.status === "fulfilled");
    const failed = entries.filter((_, index) => outcomes[index]?.status === "rejected").map(({ item }) => item);
    if (failed.length > 0) {
      const reasons = outcomes.flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []));
      logger.debug({ member: session.name, error: reasons[0] }, "an invalidation failed and is repeated");
      void members.refresh();
    }
    const [first] = done;
    if (!first) return failed;
    try {
      this.#confirmed(done, await this.#replicated(session, first.item));
      return failed;
    } catch {
      // The connection broke: whether a replica has it is unknown.
      return [...failed, ...done.map(({ item }) => item)];
    }
  }

  /** After the member's answer: only what it has carried out is behind the marker. */
  async #replicated(session: Session, { name }: Item): Promise<boolean> {
    const { keys, members } = this.#options;
    if (members.replicas(session) === 0) return false;
    const replicated = await this.#replication.confirm(session, keys.marker(name));
    // The replica may be gone, and who knows that does not wait for it.
    if (!replicated) void members.refresh();
    return replicated;
  }

  #confirmed(entries: readonly { item: Item; asked: number }[], replicated: boolean): void {
    const until = this.#options.clock.now() + unreplicatedMs;
    for (const { item, asked } of entries) {
      const id = idOf(item.kind, item.name);
      if (item.asked === asked) this.#pending.delete(id);
      if (replicated) this.#unreplicated.delete(id);
      else this.#unreplicated.set(id, { item, until });
    }
  }

  /** After a failover or a restart, which may have undone what no replica had. */
  repeat(): void {
    const now = this.#options.clock.now();
    for (const [id, { item, until }] of this.#unreplicated) {
      this.#unreplicated.delete(id);
      if (until > now) this.#pending.set(id, item);
    }
    void this.#repeatPending();
  }

  async #repeatPending(): Promise<void> {
    if (this.#repeating) return;
    this.#repeating = true;
    while (this.#pending.size > 0 && !this.#closed) {
      this.#bound();
      if (this.#options.members.reachable) await this.#attempt([...this.#pending.values()]);
      if (this.#pending.size > 0) await this.#options.clock.sleep(retryMs);
    }
    this.#repeating = false;
  }

  #bound(): void {
    const excess = this.#pending.size - mostPending;
    if (excess <= 0) return;
    for (const id of [...this.#pending.keys()].slice(0, excess)) this.#pending.delete(id);
    this.#options.logger.error({ dropped: excess }, "too many invalidations wait for Redis: the oldest are given up");
  }

  #redisKeys({ kind, name }: Item): readonly [string, ...string[]] {
    const { keys } = this.#options;
    return kind === "keys" ? keys.pair(name) : [keys.tag(name)];
  }

  #message({ kind, name }: Item): string {
    return JSON.stringify({ from: this.#options.sender, [kind]: [name] });
  }

  /** What is pending is given up. */
  close(): void {
    this.#closed = true;
  }
}

const idOf = (kind: Kind, name: string): string => `${kind}:${name}`;

/** Undefined when it takes longer. */
async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => {
    late.resolve(undefined);
  }, milliseconds);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
