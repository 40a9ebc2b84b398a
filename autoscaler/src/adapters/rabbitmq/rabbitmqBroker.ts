import type { Clock } from "../../ports/clock.ts";
import type { MetricSource } from "../../ports/metricSource.ts";
import { AmqpConnection, type AmqpOptions } from "./amqpConnection.ts";
import { describeError, parseLocation } from "./location.ts";
import { ManagementApi, type Credentials } from "./managementApi.ts";
import { QueueSource, type BrokerReads, type QueueOptions } from "./queueSource.ts";
import { readyCounts, type ReadyCounts } from "./readyCounts.ts";

export interface RabbitmqOptions {
  readonly managementUrl: string;
  /** Only its protocol, host and port are used. */
  readonly amqpUrl: string;
  /** Asked at each poll and connect, so that a rotated password is picked up. */
  readonly credentials: () => Promise<Credentials>;
  readonly clock: Clock;
  /** Of one management poll and of one AMQP read; 3 by default, as a tick waits for both. */
  readonly timeoutSeconds?: number;
  /** As the broker's list of connections shows it. */
  readonly connectionName?: string;
}

/** One broker, shared by all sources that read from it: one management poll, one AMQP connection for each vhost. */
export class RabbitmqBroker {
  readonly #management: ManagementApi;
  readonly #amqp: AmqpOptions;
  readonly #connections = new Map<string, AmqpConnection>();

  /** Connects to nothing yet. Throws when a URL is none. */
  constructor(options: RabbitmqOptions) {
    const { managementUrl, amqpUrl, credentials, clock } = options;
    const shared = { credentials, clock, timeoutSeconds: options.timeoutSeconds ?? 3 };
    const management = parseLocation("managementUrl", managementUrl, ["http:", "https:"]);
    this.#management = new ManagementApi({ ...shared, location: management });
    const amqp = parseLocation("amqpUrl", amqpUrl, ["amqp:", "amqps:"]);
    this.#amqp = { ...shared, location: amqp, connectionName: options.connectionName ?? "jobsprint-autoscaler" };
  }

  /** Messages in queues of one vhost; see `combine` for what stands in for what when a part of the broker is away. */
  queue(options: QueueOptions): MetricSource {
    const reads: BrokerReads = {
      now: () => this.#amqp.clock.now(),
      management: (signal) => ended(this.#management.snapshot(), signal),
      ready: (vhost, names, signal) => this.#ready(vhost, names, signal),
    };
    return new QueueSource(reads, options);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#connections.values()].map((connection) => connection.close()));
  }

  async #ready(vhost: string, names: readonly string[], signal: AbortSignal): Promise<ReadyCounts> {
    const connection = this.#connections.get(vhost) ?? new AmqpConnection(vhost, this.#amqp);
    this.#connections.set(vhost, connection);
    const timeout = AbortSignal.timeout(this.#amqp.timeoutSeconds * 1000);
    try {
      return await ended(readyCounts(connection, names), AbortSignal.any([signal, timeout]));
    } catch (error) {
      const text = timeout.aborted ? "no answer in time" : describeError(error);
      const name = `AMQP ${this.#amqp.location.name}: `;
      throw new Error(text.startsWith(name) ? text : name + text, { cause: error });
    }
  }
}

/** The result, or a rejection when the signal aborts first; the work itself goes on, others may share it. */
async function ended<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => {
    reject(new Error("the read was ended early"));
  };
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
