import type { Clock } from "../../ports/clock.ts";
import type { MetricSource } from "../../ports/metricSource.ts";
import { connectRedis } from "./connection.ts";
import { ListSource, type Connected } from "./listSource.ts";
import { parseUrls } from "./location.ts";

export interface RedisOptions {
  /** Content of the URL file: one URL, or several of one cluster. Asked at each connect, so that a rotated password is picked up. */
  readonly url: () => Promise<string>;
  readonly clock: Clock;
}

const firstDelaySeconds = 0.5;
const longestDelaySeconds = 10;

/** One Redis server or cluster, with one client shared by all sources that read from it. */
export class RedisServer {
  readonly #options: RedisOptions;
  #connected: Promise<Connected> | undefined;
  #open: Connected | undefined;
  #failures = 0;
  #nextAttemptAt = -Infinity;
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
    if (this.#options.clock.now() < this.#nextAttemptAt) return Promise.reject(this.#lastError);
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

  #failed(error: unknown): Error {
    const { clock } = this.#options;
    this.#connected = undefined;
    const delay = Math.min(longestDelaySeconds, firstDelaySeconds * 2 ** this.#failures);
    this.#failures += 1;
    this.#nextAttemptAt = clock.now() + delay * (0.5 + clock.random() / 2);
    this.#lastError = error instanceof Error ? error : new Error(String(error));
    return this.#lastError;
  }
}
