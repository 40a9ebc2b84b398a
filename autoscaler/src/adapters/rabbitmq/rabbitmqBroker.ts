import type { Clock } from "../../ports/clock.ts";
import type { MetricSource } from "../../ports/metricSource.ts";
import { AmqpConnection, type AmqpOptions } from "./amqpConnection.ts";
import { inTime } from "./inTime.ts";
import { describeError, parseLocation } from "./location.ts";
import { ManagementClient, type Credentials } from "./managementClient.ts";
import { ManagementPoll } from "./managementPoll.ts";
import { QueueSource, type BrokerReads, type QueueOptions } from "./queueSource.ts";
import { ReadyCounter, type ReadyCounts } from "./readyCounter.ts";
import { unacknowledgedByAddress, type ConsumedQueues } from "./unacknowledged.ts";

/** One broker; all its sources share what is set here. */
export interface RabbitmqOptions {
  /** Base URL of the HTTP API, a path prefix included; credentials in it are not used. */
  readonly managementUrl: string;
  /** Only its protocol, host and port are used. */
  readonly amqpUrl: string;
  /** Asked at each poll and connect, so that a rotated password is picked up. */
  readonly credentials: () => Promise<Credentials>;
  readonly clock: Clock;
  /** How long one read waits for each of its two answers; 3 by default, as a tick waits for both. */
  readonly timeoutSeconds?: number;
  /** As the broker's list of connections shows it. */
  readonly connectionName?: string;
}

/** A poll of 10,000 queues takes a busy broker many seconds; who does not get the one before reads without it. */
const pollTimeouts = 5;

/** AMQP binds a connection to one vhost. */
interface Vhost {
  readonly connection: AmqpConnection;
  readonly counter: ReadyCounter;
}

/** One broker, shared by all sources that read from it: one management poll, one AMQP connection for each vhost. */
export class RabbitmqBroker {
  readonly #client: ManagementClient;
  readonly #poll: ManagementPoll;
  readonly #amqp: AmqpOptions;
  readonly #managementName: string;
  readonly #vhosts = new Map<string, Vhost>();

  /** Connects to nothing yet. Throws when a URL is none. */
  constructor(options: RabbitmqOptions) {
    const { managementUrl, amqpUrl, credentials, clock } = options;
    const timeoutSeconds = options.timeoutSeconds ?? 3;
    const management = parseLocation("managementUrl", managementUrl, ["http:", "https:"]);
    this.#managementName = management.name;
    this.#client = new ManagementClient({ location: management, credentials });
    this.#poll = new ManagementPoll(this.#client, clock, timeoutSeconds * pollTimeouts);
    const connectionName = options.connectionName ?? "jobsprint-autoscaler";
    const location = parseLocation("amqpUrl", amqpUrl, ["amqp:", "amqps:"]);
    this.#amqp = { location, credentials, clock, timeoutSeconds, connectionName };
  }

  /** Messages in queues of one vhost; see `combine` for what stands in for what when a part of the broker is away. */
  queue(options: QueueOptions): MetricSource {
    const { queues } = options;
    if (typeof queues !== "string" && queues.some(({ priorities }) => priorities !== undefined))
      this.#poll.askForPriorities();
    const reads: BrokerReads = {
      now: () => this.#amqp.clock.now(),
      management: (signal) => this.#inTime(`management API ${this.#managementName}: `, this.#poll.snapshot(), signal),
      ready: (vhost, names, signal) => this.#ready(vhost, names, signal),
    };
    return new QueueSource(reads, options);
  }

  /**
   * Peer host address of each connection with consumers of these queues → messages that the channels of those consumers have
   * not acknowledged; 0: nothing in flight. An absent address is unknown, not idle: it may have connected seconds ago, or one of
   * its channels has no statistics yet. A count is up to two `collect_statistics_interval` old (5 s each by default): a channel
   * tells its own once in one, the management agent collects them once in another. The user needs the tag `monitoring`, to
   * see the channels of others. Rejects when a queue does not exist or the management API is away or keeps no statistics.
   */
  unacknowledgedByAddress(queues: ConsumedQueues, signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
    return unacknowledgedByAddress(this.#client, queues, signal);
  }

  /** Ends the AMQP connections; never rejects. A read afterwards would connect anew. */
  async close(): Promise<void> {
    await Promise.all([...this.#vhosts.values()].map(({ connection }) => connection.close()));
  }

  #ready(vhost: string, names: readonly string[], signal: AbortSignal): Promise<ReadyCounts> {
    const { counter } = this.#vhosts.get(vhost) ?? this.#addVhost(vhost);
    return this.#inTime(`AMQP ${this.#amqp.location.name}: `, counter.count(names), signal);
  }

  #addVhost(name: string): Vhost {
    const connection = new AmqpConnection(name, this.#amqp);
    const vhost = { connection, counter: new ReadyCounter(connection, this.#amqp.timeoutSeconds) };
    this.#vhosts.set(name, vhost);
    return vhost;
  }

  async #inTime<Answer>(name: string, work: Promise<Answer>, signal: AbortSignal): Promise<Answer> {
    try {
      return await inTime(work, this.#amqp.timeoutSeconds, signal);
    } catch (error) {
      // Told already by the part that failed; naming it twice helps nobody.
      if (error instanceof Error && error.message.startsWith(name)) throw error;
      throw new Error(name + describeError(error), { cause: error });
    }
  }
}
