import { z } from "zod";
import type { Clock } from "../../ports/clock.ts";
import { describeError, type Location } from "./location.ts";
import { parseQueueRows, queuesQuery, type ManagementSnapshot } from "./queueRow.ts";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface ManagementOptions {
  readonly location: Location;
  readonly credentials: () => Promise<Credentials>;
  readonly clock: Clock;
  readonly timeoutSeconds: number;
}

/** A poll is shared by all who ask within this time: statistics change every 5 s. */
const sharedSeconds = 1;
const settingsSeconds = 60;
const overview = z.object({ rates_mode: z.string().optional() });

/** RabbitMQ's management HTTP API, polled once for all sources of a broker. */
export class ManagementApi {
  readonly #options: ManagementOptions;
  #poll: { startedAt: number; running: boolean; result: Promise<ManagementSnapshot> } | undefined;
  #settings: { readAt: number; ratesKept: boolean } | undefined;

  constructor(options: ManagementOptions) {
    this.#options = options;
  }

  /** All queues of the broker that the user may see. Rejects with an error that names host and cause, never credentials. */
  snapshot(): Promise<ManagementSnapshot> {
    const now = this.#options.clock.now();
    const last = this.#poll;
    if (last !== undefined && (last.running || Math.abs(now - last.startedAt) < sharedSeconds)) return last.result;
    const poll = { startedAt: now, running: true, result: this.#read(now) };
    this.#poll = poll;
    const settle = (): void => {
      poll.running = false;
    };
    poll.result.then(settle, settle);
    return poll.result;
  }

  async #read(now: number): Promise<ManagementSnapshot> {
    const { location, credentials, timeoutSeconds } = this.#options;
    let password = "";
    try {
      const user = await credentials();
      password = user.password;
      const headers = { authorization: `Basic ${Buffer.from(`${user.username}:${password}`).toString("base64")}` };
      const signal = AbortSignal.timeout(timeoutSeconds * 1000);
      const ratesKept = await this.#ratesKept(now, headers, signal);
      const rows = parseQueueRows(await this.#get(`api/queues?${queuesQuery()}`, headers, signal));
      return { observedAt: now, ratesKept, rows };
    } catch (error) {
      // A broker that comes back may have other settings.
      this.#settings = undefined;
      const text = error instanceof z.ZodError ? "the answer is not a list of queues" : describeError(error, password);
      throw new Error(`management API ${location.name}: ${text}`, { cause: error });
    }
  }

  async #ratesKept(now: number, headers: Record<string, string>, signal: AbortSignal): Promise<boolean> {
    if (this.#settings === undefined || now - this.#settings.readAt > settingsSeconds) {
      const query = "api/overview?disable_stats=true&columns=rates_mode";
      const settings = overview.parse(await this.#get(query, headers, signal));
      const ratesKept = settings.rates_mode !== undefined && settings.rates_mode !== "none";
      this.#settings = { readAt: now, ratesKept };
    }
    return this.#settings.ratesKept;
  }

  async #get(path: string, headers: Record<string, string>, signal: AbortSignal): Promise<unknown> {
    const { url } = this.#options.location;
    const base = url.href.endsWith("/") ? url.href : `${url.href}/`;
    // A redirect would carry the credentials to another host.
    const response = await fetch(new URL(path, base), { headers, signal, redirect: "error" });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`HTTP ${response.status}`);
    }
    return response.json();
  }
}
