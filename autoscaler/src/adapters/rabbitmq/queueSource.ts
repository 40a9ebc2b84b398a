import type { Measurement, Reading } from "../../core/model.ts";
import type { MetricSource } from "../../ports/metricSource.ts";
import { combine, type Weighted } from "./combine.ts";
import type { ManagementSnapshot } from "./queueRow.ts";
import type { ReadyCounts } from "./readyCounter.ts";

/** Which queues make up one metric. */
export interface QueueOptions {
  readonly vhost: string;
  /** Names with weights, or a regular expression that the whole name must match. */
  readonly queues: readonly Weighted[] | string;
  /** `all`: ready and unacknowledged. */
  readonly count: "all" | "ready";
}

/** What a source asks of its broker. Both reject with errors fit to be shown. */
export interface BrokerReads {
  now(): number;
  management(signal: AbortSignal): Promise<ManagementSnapshot>;
  ready(vhost: string, names: readonly string[], signal: AbortSignal): Promise<ReadyCounts>;
}

/** Summed depth of queues of one vhost. `queue` holds sums without weights: rates and counts are of messages. */
export class QueueSource implements MetricSource {
  readonly #broker: BrokerReads;
  readonly #options: QueueOptions;
  /** Anchored at both ends; undefined where the queues are named. */
  readonly #pattern: RegExp | undefined;

  /** Throws a SyntaxError when `queues` is no regular expression. */
  constructor(broker: BrokerReads, options: QueueOptions) {
    this.#broker = broker;
    this.#options = options;
    if (typeof options.queues === "string") this.#pattern = new RegExp(`^(?:${options.queues})$`);
  }

  async read(signal: AbortSignal): Promise<Reading> {
    try {
      return await this.#read(signal);
    } catch (error) {
      return { error: messageOf(error) };
    }
  }

  async #read(signal: AbortSignal): Promise<Measurement> {
    const startedAt = this.#broker.now();
    // The poll starts first, so that both answers are of nearly one moment.
    // Caught at once: it is awaited only after the AMQP read, and an unhandled rejection would end the process.
    const management = this.#broker.management(signal).catch(toError);
    const queues = await this.#queues(management);
    const names = queues.map((queue) => queue.name);
    const ready = await this.#broker.ready(this.#options.vhost, names, signal).catch(toError);
    return combine({ ...this.#options, queues, startedAt, ready, management: await management });
  }

  async #queues(management: Promise<ManagementSnapshot | Error>): Promise<readonly Weighted[]> {
    const { queues, vhost } = this.#options;
    if (typeof queues !== "string") return queues;
    const snapshot = await management;
    if (snapshot instanceof Error) throw snapshot;
    // From all rows at once: KEDA's `useRegex` reads one page and fails when more queues match.
    const names = [...(snapshot.rows.get(vhost)?.keys() ?? [])].filter((name) => this.#pattern?.test(name));
    // No match is no empty queue: the expression may be misspelt, or the rights may be missing.
    if (names.length === 0) throw new Error(`no queue on vhost ${vhost} matches ${queues}`);
    return names.map((name) => ({ name, weight: 1 }));
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function messageOf(error: unknown): string {
  return toError(error).message;
}
