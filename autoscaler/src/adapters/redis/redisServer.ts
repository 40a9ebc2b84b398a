import type { Clock } from "../../ports/clock.ts";
import type { MetricSource } from "../../ports/metricSource.ts";
import { connectRedis } from "./connection.ts";
import { ListSource, type Connected } from "./listSource.ts";
import { parseUrls } from "./location.ts";

/** What is shared by all sources of one server or cluster. */
export interface RedisOptions {
  /** Content of the URL file: one URL, or several of one cluster. Asked at each connect, so that a rotated password is picked up. */
  readonly url: () => Promise<string>;
  readonly clock: Clock;
}

/** Doubled with each failure, up to the longest. */
const firstDelaySeconds = 0.5;
const longestDelaySeconds = 10;

/** One Redis server or cluster, with one client shared by all sources that read from it. */
export class RedisServer {
  readonly #options: RedisOptions;
  /** Open or being opened; kept while it connects, so that all sources wait for one attempt. */
  #connected: Promise<Connected> | undefined;
  /** The one that `#connected` has led to. */
  #open: Connected | undefined;
  #failures = 0;
  /** Epoch seconds; until then reads fail at once instead of each waiting for a timeout. */
  #nextAttemptAt = -Infinity;
  /** What is told between two attempts: the cause, not that there was no attempt. */
  #lastError = new Error("not connected");

  /** Connects to nothing yet. */
  constructor(options: RedisOptions) {
    this.#options = options;
  }

  /** Summed length of lists. */
  lists(keys: readonly string[]): MetricSource {
    const access = {
      now: () => this.#options.clock.now(),
      connect: () => this.#connect(),
      drop: (connected: Connected) => {
        this.#drop(connected);
      },
    };
    return new ListSource(access, keys);
  }

  /** Waits for a connect under way, to end it; never rejects. A read afterwards would connect anew. */
  async close(): Promise<void> {
    const connected = this.#connected;
    this.#connected = undefined;
    await connected
      ?.then(({ connection }) => {
        connection.destroy();
      })
      .catch(() => undefined);
  }

  #connect(): Promise<Connected> {
    if (this.#connected !== undefined) return this.#connected;
    const wait = this.#nextAttemptAt - this.#options.clock.now();
    // A longer one is that of a clock that was set back.
    if (wait > 0 && wait <= longestDelaySeconds) return Promise.reject(this.#lastError);
    const attempt = this.#attempt();
    this.#connected = attempt;
    return attempt;
  }

  async #attempt(): Promise<Connected> {
    try {
      const locations = parseUrls(await this.#options.url());
      const connection = await connectRedis(locations);
      this.#failures = 0;
      this.#open = { connection, locations };
      return this.#open;
    } catch (error) {
      throw this.#failed(error);
    }
  }

  #drop(connected: Connected): void {
    // Several commands of one connection fail together: only the first may drop it.
    if (this.#open !== connected) return;
    this.#open = undefined;
    this.#connected = undefined;
    connected.connection.destroy();
  }

  /** Takes note of a failed attempt; its error is fit to be shown, as its parts have taken the credentials out. */
  #failed(error: unknown): Error {
    const { clock } = this.#options;
    this.#connected = undefined;
    const delay = Math.min(longestDelaySeconds, firstDelaySeconds * 2 ** this.#failures);
    this.#failures += 1;
    // Half to full delay: replicas that lost the same server must not come back in step.
    this.#nextAttemptAt = clock.now() + delay * (0.5 + clock.random() / 2);
    this.#lastError = error instanceof Error ? error : new Error(String(error));
    return this.#lastError;
  }
}
