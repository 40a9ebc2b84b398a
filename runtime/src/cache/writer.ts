import { encode } from "./envelope.ts";
import type { Flight } from "./flight.ts";
import type { Reader } from "./reader.ts";
import type { Invalidations } from "./redis/invalidations.ts";
import type { Store } from "./types.ts";

export interface Write {
  readonly key: string;
  /** The value as a text, and as what JSON makes of it. */
  readonly json: string;
  readonly value: unknown;
  readonly tags: readonly string[];
  readonly ttlMs: number;
  readonly graceMs: number;
}

/** What a write tells its caller alone. */
export interface Outcome {
  error?: Error;
}

export interface WriterOptions {
  readonly store: Store;
  readonly reader: Reader;
  readonly invalidations: Invalidations;
}

/** Stores what a caller knows to be the present value. */
export class Writer {
  readonly #store: Store;
  readonly #reader: Reader;
  readonly #invalidations: Invalidations;

  constructor({ store, reader, invalidations }: WriterOptions) {
    this.#store = store;
    this.#reader = reader;
    this.#invalidations = invalidations;
  }

  /** Resolves to the value for those who asked meanwhile; what went wrong goes to `outcome`, for the writer alone. */
  async write(write: Write, flight: Flight, outcome: Outcome): Promise<unknown> {
    const { key, json, value, tags, graceMs } = write;
    const ttlMs = this.#reader.jittered(write.ttlMs);
    const readAt = flight.startedAt;
    try {
      if (await this.#put(write, ttlMs + graceMs))
        this.#reader.keep(key, flight, { value, tags, size: json.length, readAt, expiresAt: readAt + ttlMs });
      else this.#reader.keepBriefly(write, flight, { value, size: json.length, readAt });
    } catch (error) {
      outcome.error = error instanceof Error ? error : new Error("the value was not stored");
    }
    return value;
  }

  async #put({ key, json, tags, graceMs }: Write, milliseconds: number): Promise<boolean> {
    let versions: Readonly<Record<string, string>>;
    try {
      versions = tags.length === 0 ? {} : await this.#store.tagVersions(tags, milliseconds);
    } catch {
      // It could not be invalidated by its tags; the old value goes all the same.
      await this.#invalidations.drop({ keys: [key], tags: [] });
      return false;
    }
    return this.#invalidations.put(key, { text: encode(json, graceMs, versions), milliseconds });
  }
}
