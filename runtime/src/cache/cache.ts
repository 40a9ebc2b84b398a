import { newId, parseFrozen, serialize } from "./envelope.ts";
import { Flights } from "./flights.ts";
import { Memory } from "./memory.ts";
import {
  checkCall,
  nameProblems,
  parseOptions,
  throwProblems,
  type CacheOptions,
  type ValueOptions,
} from "./options.ts";
import { Reader } from "./reader.ts";
import { Invalidations } from "./redis/invalidations.ts";
import { Members } from "./redis/members.ts";
import { parseMessage } from "./redis/message.ts";
import { RedisKeys } from "./redis/redisKeys.ts";
import { RedisStore } from "./redis/redisStore.ts";
import { systemClock } from "./systemClock.ts";
import type { CacheStatus, CacheTelemetry } from "./telemetry.ts";
import type { Dropped, Logger } from "./types.ts";
import { Writer, type Outcome } from "./writer.ts";

export interface GetOrLoadOptions extends ValueOptions {
  /** Ends this caller's wait; the load goes on while others wait for it. */
  readonly signal?: AbortSignal;
}

/** What to invalidate. URLs go to the CDN alone. */
export interface Invalidation {
  readonly keys?: readonly string[];
  readonly tags?: readonly string[];
  readonly urls?: readonly string[];
}

export interface Cache {
  /**
   * The value from memory, Redis or `load`, whichever has it first; `load` runs once for all processes that ask at the same
   * time. Its value is what JSON makes of it, frozen. Rejects with what `load` rejects with, unless a stale value is within
   * `graceSeconds`; with NotAValueError for undefined; with LoadTimeoutError; with the signal's reason.
   */
  getOrLoad<T>(key: string, load: (signal: AbortSignal) => Promise<T>, options?: GetOrLoadOptions): Promise<T>;
  /** The value if memory or Redis has it. Undefined also when Redis does not answer. */
  get<T>(key: string): Promise<T | undefined>;
  /** Stores the present value for all processes, over whatever is being loaded. */
  set(key: string, value: unknown, options?: ValueOptions): Promise<void>;
  /**
   * Whoever asks after it has resolved gets no value from before: at once in this process, within a second in others. Rejects
   * with InvalidationUnconfirmedError when a part of Redis cannot confirm it for 30 s, with the CDN's error, or with both.
   */
  invalidate(what: Invalidation): Promise<void>;
  status(): CacheStatus;
  close(): Promise<void>;
}

/** For the first answer of Redis; the cache works without it until there is one. */
const connectMs = 5000;

const silent = (): void => undefined;
const noLogger: Logger = { debug: silent, info: silent, warn: silent, error: silent };
const memoryHit = { level: "memory", result: "hit" } as const;
const memoryMiss = { level: "memory", result: "miss" } as const;

/** Resolves when Redis is connected or known to be down, after 5 s at the latest. Rejects with one error that lists every bad option. */
export async function createCache(options: CacheOptions): Promise<Cache> {
  const cache = new LayeredCache(options);
  await cache.connected(connectMs);
  return cache;
}

class LayeredCache implements Cache {
  readonly #options: CacheOptions;
  readonly #telemetry: CacheTelemetry | undefined;
  readonly #ttlSeconds: number;
  readonly #members: Members;
  readonly #invalidations: Invalidations;
  readonly #memory: Memory;
  readonly #store: RedisStore;
  readonly #loads: Flights;
  readonly #reads: Flights;
  readonly #reader: Reader;
  readonly #writer: Writer;

  constructor(options: CacheOptions) {
    const { seeds, access, prefix, memory, ttlSeconds, jitter, loadTimeoutMs } = parseOptions(options);
    const { telemetry, logger = noLogger } = options;
    const common = { clock: systemClock, logger };
    const keys = new RedisKeys(prefix);
    const sender = newId();
    this.#options = options;
    this.#telemetry = telemetry;
    this.#ttlSeconds = ttlSeconds;
    const members = new Members({
      ...{ ...common, seeds, access, channel: keys.channel },
      message: (text) => {
        const dropped = parseMessage(text, sender);
        if (dropped === "unreadable") members.gap();
        else if (dropped !== "own") this.#dropHere(dropped);
      },
      changed: () => {
        this.#invalidations.repeat();
      },
    });
    this.#members = members;
    this.#invalidations = new Invalidations({ ...common, members, keys, sender });
    const pending = (key: string, tags: readonly string[]): boolean => this.#invalidations.pending(key, tags);
    this.#store = new RedisStore({ members, keys, pending });
    this.#memory = new Memory({ ...memory, ...common, freshness: members, evicted: () => telemetry?.eviction() });
    this.#loads = new Flights(systemClock, members);
    this.#reads = new Flights(systemClock, members);
    const { ttlMs: memoryTtlMs } = memory;
    const parts = { store: this.#store, memory: this.#memory, random: Math.random };
    this.#reader = new Reader({ ...common, ...parts, telemetry, memoryTtlMs, loadTimeoutMs, jitter });
    this.#writer = new Writer({ store: this.#store, reader: this.#reader, invalidations: this.#invalidations });
  }

  connected(milliseconds: number): Promise<void> {
    return this.#members.connected(milliseconds);
  }

  // Not async: a hit hands out a promise that is there already.
  getOrLoad<T>(key: string, load: (signal: AbortSignal) => Promise<T>, options: GetOrLoadOptions = {}): Promise<T> {
    const held = this.#memory.get(key);
    if (held !== undefined && options.signal?.aborted !== true) {
      this.#telemetry?.lookup(memoryHit);
      return held as Promise<T>;
    }
    return this.#load(key, load, options) as Promise<T>;
  }

  async #load(
    key: string,
    load: (signal: AbortSignal) => Promise<unknown>,
    options: GetOrLoadOptions,
  ): Promise<unknown> {
    const { ttlSeconds = this.#ttlSeconds, graceSeconds = 0, tags = [], signal } = options;
    checkCall(key, options);
    signal?.throwIfAborted();
    this.#telemetry?.lookup(memoryMiss);
    const times = { ttlMs: Math.ceil(ttlSeconds * 1000), graceMs: Math.ceil(graceSeconds * 1000) };
    const request = { key, load, ...times, tags: [...new Set(tags)] };
    return this.#loads.join(key, (flight) => this.#reader.getOrLoad(request, flight)).wait(signal);
  }

  async get<T>(key: string): Promise<T | undefined> {
    const held = this.#memory.get(key);
    this.#telemetry?.lookup(held === undefined ? memoryMiss : memoryHit);
    if (held !== undefined) return held as Promise<T>;
    checkCall(key, {});
    const flight = this.#reads.join(key, (one) => this.#reader.readOnly(key, one));
    return flight.wait(undefined) as Promise<T | undefined>;
  }

  async set(key: string, value: unknown, options: ValueOptions = {}): Promise<void> {
    const { ttlSeconds = this.#ttlSeconds, graceSeconds = 0, tags = [] } = options;
    checkCall(key, options);
    const json = serialize(key, value);
    this.#dropHere({ keys: [key], tags: [] });
    const times = { ttlMs: Math.ceil(ttlSeconds * 1000), graceMs: Math.ceil(graceSeconds * 1000) };
    const write = { key, json, value: parseFrozen(json), ...times, tags: [...new Set(tags)] };
    const outcome: Outcome = {};
    // As a flight: who asks meanwhile gets this value, and an invalidation meanwhile finds it.
    await this.#loads.join(key, (flight) => this.#writer.write(write, flight, outcome)).promise;
    this.#reads.drop({ keys: [key], tags: [] });
    if (outcome.error !== undefined) throw outcome.error;
  }

  async invalidate({ keys = [], tags = [], urls = [] }: Invalidation): Promise<void> {
    const noCdn = urls.length > 0 && !this.#options.cdn ? ["urls need the option cdn"] : [];
    throwProblems([...nameProblems("key", keys), ...nameProblems("tag", tags), ...nameProblems("url", urls), ...noCdn]);
    const levels: Promise<void>[] = [];
    if (keys.length + tags.length > 0) levels.push(this.#invalidateRedis({ keys, tags }));
    const outcomes = await Promise.allSettled(levels);
    // After Redis: what an edge fetches anew must not be the old value.
    if (urls.length > 0) outcomes.push(...(await Promise.allSettled([this.#invalidateCdn(urls)])));
    const errors = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, "neither Redis nor the CDN was invalidated in full");
  }

  async #invalidateRedis(dropped: Dropped): Promise<void> {
    this.#dropHere(dropped);
    this.#telemetry?.invalidation({ level: "memory", outcome: "ok" });
    try {
      await this.#invalidations.drop(dropped);
      this.#telemetry?.invalidation({ level: "redis", outcome: "ok" });
    } catch (error) {
      this.#telemetry?.invalidation({ level: "redis", outcome: "error" });
      throw error;
    } finally {
      // Once more: what was read while it was under way may be the old one.
      this.#dropHere(dropped);
    }
  }

  async #invalidateCdn(urls: readonly string[]): Promise<void> {
    try {
      await this.#options.cdn?.invalidate(urls);
      this.#telemetry?.invalidation({ level: "cdn", outcome: "ok" });
    } catch (error) {
      this.#telemetry?.invalidation({ level: "cdn", outcome: "error" });
      throw error;
    }
  }

  #dropHere(dropped: Dropped): void {
    this.#loads.drop(dropped);
    this.#reads.drop(dropped);
    this.#memory.drop(dropped);
  }

  status(): CacheStatus {
    const { bytes, count } = this.#memory;
    return { memoryBytes: bytes, memoryEntries: count, redisConnected: this.#members.whole };
  }

  close(): Promise<void> {
    this.#invalidations.close();
    this.#members.close();
    this.#memory.clear();
    return Promise.resolve();
  }
}
