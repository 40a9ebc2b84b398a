import type { Measurement, Reading } from "../../core/model.ts";
import type { MetricSource } from "../../ports/metricSource.ts";
import type { RedisConnection } from "./connection.ts";
import { describeError, type RedisLocation } from "./location.ts";

export interface Connected {
  readonly connection: RedisConnection;
  readonly locations: readonly RedisLocation[];
}

/** What a source asks of its server. */
export interface ServerAccess {
  now(): number;
  /** Rejects with an error fit to be shown. */
  connect(): Promise<Connected>;
  /** Gives a connection up whose command failed. */
  drop(connected: Connected): void;
}

/** Summed length of lists. A key that does not exist is an empty list: Redis removes a list with its last element. */
export class ListSource implements MetricSource {
  readonly #server: ServerAccess;
  readonly #keys: readonly string[];

  constructor(server: ServerAccess, keys: readonly string[]) {
    this.#server = server;
    this.#keys = keys;
  }

  async read(signal: AbortSignal): Promise<Reading> {
    const ended = Promise.withResolvers<Reading>();
    const abort = (): void => {
      ended.resolve({ error: "Redis: the read was ended early" });
    };
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    try {
      return await Promise.race([this.#read(), ended.promise]);
    } catch (error) {
      return { error: describeError(error) };
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  async #read(): Promise<Measurement> {
    const observedAt = this.#server.now();
    const connected = await this.#server.connect();
    const lengths = await Promise.all(this.#keys.map((key) => this.#length(key, connected)));
    return { value: lengths.reduce((sum, length) => sum + length, 0), observedAt };
  }

  async #length(key: string, connected: Connected): Promise<number> {
    const { connection, locations } = connected;
    const name = locations.map((location) => location.name).join(",");
    try {
      return await connection.lLen(key);
    } catch (error) {
      const text = describeError(error, locations);
      if (text.startsWith("WRONGTYPE")) throw new Error(`Redis ${name}: key ${key} holds no list`, { cause: error });
      this.#server.drop(connected);
      throw new Error(`Redis ${name}: ${text}`, { cause: error });
    }
  }
}
