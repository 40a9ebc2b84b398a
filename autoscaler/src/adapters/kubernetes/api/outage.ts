import type { Clock } from "../../../ports/clock.ts";
import { isOutage } from "./apiError.ts";

/** 10,000 targets that each wait for a timeout would keep ticks from ending and the server from starting. */
const probeSeconds = 1;

/** An API server that does not answer one target answers none: while that lasts, one read a second stands for all. */
export class Outage {
  readonly #clock: Clock;
  /** The last one that concerned all; undefined while the API server answers. Epoch seconds. */
  #failure: { readonly error: unknown; readonly probedAt: number } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Rejects with what `read` rejects with, or at once with the failure of another one's read. */
  async guard<T>(read: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const now = this.#clock.now();
    if (this.#failure !== undefined && now - this.#failure.probedAt < probeSeconds) throw this.#failure.error;
    // The others go on failing while this one tries.
    if (this.#failure !== undefined) this.#failure = { ...this.#failure, probedAt: now };
    try {
      const answer = await read();
      this.#failure = undefined;
      return answer;
    } catch (error) {
      // A caller that gave up has learned nothing.
      if (!signal.aborted) this.#failure = isOutage(error) ? { error, probedAt: this.#clock.now() } : undefined;
      throw error;
    }
  }
}
