import { LRUCache } from "lru-cache";
import type { Clock, Dropped, Freshness } from "./types.ts";

/** Without word from Redis no copy is answered that may be older, and no process believes another one longer. */
export const boundMs = 1000;

/** What an entry costs beside its text: the objects around it, by a look at the heap. */
const overheadBytes = 300;

export interface MemoryOptions {
  readonly maxBytes: number;
  readonly maxEntries: number;
  readonly clock: Clock;
  readonly freshness: Freshness;
  readonly evicted: () => void;
}

/** A value in memory. Times are the clock's. */
export interface MemoryEntry {
  readonly value: unknown;
  readonly tags: readonly string[];
  /** Length of the value's text. */
  readonly size: number;
  readonly expiresAt: number;
  /** When it certainly was the present value. */
  readonly readAt: number;
  /** Of the freshness when it was read; undefined where Redis knows nothing of it. */
  readonly generation: number | undefined;
}

interface Kept extends MemoryEntry {
  /** Already resolved: a hit allocates nothing. */
  readonly promise: Promise<unknown>;
}

/** The first level. It answers what it can prove to be at most a second behind the last invalidation. */
export class Memory {
  readonly #entries: LRUCache<string, Kept>;
  readonly #byTag = new Map<string, Set<string>>();
  readonly #clock: Clock;
  readonly #freshness: Freshness;

  constructor({ maxBytes, maxEntries, clock, freshness, evicted }: MemoryOptions) {
    this.#clock = clock;
    this.#freshness = freshness;
    this.#entries = new LRUCache<string, Kept>({
      ...{ max: maxEntries, maxSize: maxBytes, maxEntrySize: maxBytes },
      // JavaScript keeps a text in one or two bytes a character; the value's objects are taken to need as much as two.
      sizeCalculation: ({ size }, key) => 2 * (size + key.length) + overheadBytes,
      dispose: (entry, key, reason) => {
        this.#untag(entry.tags, key);
        if (reason === "evict") evicted();
      },
    });
  }

  get bytes(): number {
    return this.#entries.calculatedSize;
  }

  get count(): number {
    return this.#entries.size;
  }

  /** The value as a promise, or undefined. */
  get(key: string): Promise<unknown> | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const now = this.#clock.now();
    if (now >= entry.expiresAt) {
      this.#entries.delete(key);
      return undefined;
    }
    return now - entry.readAt <= boundMs || this.#proven(entry.generation, now) ? entry.promise : undefined;
  }

  #proven(generation: number | undefined, now: number): boolean {
    const { heardUntil, generation: present } = this.#freshness;
    return generation === present && now - heardUntil <= boundMs;
  }

  set(key: string, entry: MemoryEntry): void {
    // Before the tags are noted: the entry that it replaces takes its own away.
    this.#entries.set(key, { ...entry, promise: Promise.resolve(entry.value) });
    if (!this.#entries.has(key)) return;
    for (const tag of entry.tags) {
      const keys = this.#byTag.get(tag);
      if (keys) keys.add(key);
      else this.#byTag.set(tag, new Set([key]));
    }
  }

  drop({ keys, tags }: Dropped): void {
    for (const key of keys) this.#entries.delete(key);
    for (const tag of tags) for (const key of [...(this.#byTag.get(tag) ?? [])]) this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
    this.#byTag.clear();
  }

  #untag(tags: readonly string[], key: string): void {
    for (const tag of tags) {
      const keys = this.#byTag.get(tag);
      keys?.delete(key);
      if (keys?.size === 0) this.#byTag.delete(tag);
    }
  }
}
