import type { Freshness } from "./types.ts";

/** One read or load that any number of callers wait for. */
export class Flight {
  readonly #controller = new AbortController();
  readonly promise: Promise<unknown>;
  /** Of the clock. */
  readonly startedAt: number;
  /** Of the freshness at its start; undefined where invalidations may have been missed since. */
  readonly generation: number | undefined;
  /** An invalidation came in between: the result is for those who asked before it, and for no level of the cache. */
  detached = false;
  #waiting = 0;
  #settled = false;

  constructor(startedAt: number, { heardUntil, generation }: Freshness, work: (flight: Flight) => Promise<unknown>) {
    this.startedAt = startedAt;
    this.generation = Number.isFinite(heardUntil) ? generation : undefined;
    this.promise = work(this);
    const settle = (): void => {
      this.#settled = true;
    };
    // Nobody may be waiting any more when it fails.
    this.promise.then(settle, settle);
  }

  /** Aborted when the last caller has gone. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** A caller's abort ends its own wait with the signal's reason, and the work only when nobody else waits. */
  async wait(signal: AbortSignal | undefined): Promise<unknown> {
    this.#waiting++;
    try {
      if (signal === undefined) return await this.promise;
      return await abortable(this.promise, signal);
    } finally {
      this.#waiting--;
      if (this.#waiting === 0 && !this.#settled)
        this.#controller.abort(new Error("nobody waits for the value any more"));
    }
  }
}

/** The promise's outcome, or the signal's reason if that comes first. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => {
    aborted.reject(signal.reason as Error);
  };
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
