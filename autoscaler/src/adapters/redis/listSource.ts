import type { Measurement, Reading } from "../../core/model.ts";
import type { MetricSource } from "../../ports/metricSource.ts";
import type { RedisConnection } from "./connection.ts";
import { describeError, type RedisLocation } from "./location.ts";

/** A connection with the nodes it was made from, whose passwords its errors must not show. */
export interface Connected {
  readonly connection: RedisConnection;
  readonly locations: readonly RedisLocation[];
}

/** What a source asks of its server. */
export interface ServerAccess {
  /** Epoch seconds. */
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

  /** All lists or none: a sum that lacks one would be too low. */
  async read(signal: AbortSignal): Promise<Reading> {
    // The client cannot end a command that was sent, so the read stops to wait for it instead.
    const ended = Promise.withResolvers<Reading>();
    const abort = (): void => {
      ended.resolve({ error: "Redis: the read was ended early" });
    };
    signal.addEventListener("abort", abort, { once: true });
    // An abort that came before the listener is told to nobody.
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
    // Before connecting: a value may pass for older than it is, never for newer.
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
      // The server answered, so its connection is as good as before.
      if (text.startsWith("WRONGTYPE")) throw new Error(`Redis ${name}: key ${key} holds no list`, { cause: error });
      this.#server.drop(connected);
      throw new Error(`Redis ${name}: ${text}`, { cause: error });
    }
  }
}
