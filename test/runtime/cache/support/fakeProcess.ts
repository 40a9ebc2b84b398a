import { Flights } from "../../../../runtime/src/cache/flights.ts";
import { Memory } from "../../../../runtime/src/cache/memory.ts";
import { Reader, type Load, type ReaderOptions } from "../../../../runtime/src/cache/reader.ts";
import type { Clock, Dropped } from "../../../../runtime/src/cache/types.ts";
import type { FakeStore } from "./fakeStore.ts";

const silent = (): void => undefined;

/** What createCache puts together, on a fake store and a fake clock. */
export class FakeProcess {
  /** Heard of everything until now, unless a test says otherwise. */
  readonly freshness: { heardUntil: number; generation: number };
  readonly memory: Memory;
  readonly flights: Flights;
  readonly #reader: Reader;
  readonly #store: FakeStore;

  constructor(store: FakeStore, clock: Clock, options: Partial<ReaderOptions> = {}) {
    let heardUntil: number | undefined;
    this.freshness = {
      generation: 0,
      get heardUntil() {
        return heardUntil ?? clock.now();
      },
      set heardUntil(time) {
        heardUntil = time;
      },
    };
    const { freshness } = this;
    this.#store = store;
    this.memory = new Memory({ maxBytes: 100_000, maxEntries: 100, clock, freshness, evicted: silent });
    this.flights = new Flights(clock, freshness);
    this.#reader = new Reader({
      ...{
        store,
        memory: this.memory,
        clock,
        random: () => 0,
        memoryTtlMs: 60_000,
        loadTimeoutMs: 30_000,
        jitter: 0.1,
      },
      logger: { debug: silent, info: silent, warn: silent, error: silent },
      ...options,
    });
  }

  async getOrLoad(
    key: string,
    load: Load,
    { ttlMs = 3_600_000, graceMs = 0, tags = [] as string[], signal = undefined as AbortSignal | undefined } = {},
  ): Promise<unknown> {
    const request = { key, load, ttlMs, graceMs, tags };
    return (
      this.memory.get(key) ?? this.flights.join(key, (flight) => this.#reader.getOrLoad(request, flight)).wait(signal)
    );
  }

  drop(dropped: Dropped): void {
    this.flights.drop(dropped);
    this.memory.drop(dropped);
  }

  /** `tell`: brings the message to the others, in the same step as the deletion. */
  async invalidate({ keys, tags }: Dropped, tell: () => void = silent): Promise<void> {
    this.drop({ keys, tags });
    await this.#store.before("invalidate");
    this.#store.drop(keys, tags);
    tell();
    await this.#store.before("answer");
    this.drop({ keys, tags });
  }
}
