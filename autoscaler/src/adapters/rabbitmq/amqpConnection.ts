import { connect, type ChannelModel } from "amqplib";
import type { Clock } from "../../ports/clock.ts";
import { describeError, type Location } from "./location.ts";
import type { Credentials } from "./managementClient.ts";

/** How one broker is reached over AMQP; the same for all its vhosts. */
export interface AmqpOptions {
  readonly location: Location;
  /** Asked at each connect, so that a rotated password is picked up. */
  readonly credentials: () => Promise<Credentials>;
  readonly clock: Clock;
  /** Bounds each read; while connecting, the time without any answer. */
  readonly timeoutSeconds: number;
  /** As the broker's list of connections shows it: an operator must be able to tell whose it is. */
  readonly connectionName: string;
}

/** Doubled with each failure, up to the longest: the broker may be back in a moment, or gone for an hour. */
const firstDelaySeconds = 0.5;
const longestDelaySeconds = 10;
/** The broker ends a connection after two missed ones; a peer that vanished without a FIN is noticed no sooner. */
const heartbeatSeconds = 10;

/** One AMQP connection to one vhost, opened when first needed and again after a loss, at most once per back-off. */
export class AmqpConnection {
  readonly #options: AmqpOptions;
  readonly #vhost: string;
  #connection: Promise<ChannelModel> | undefined;
  #closed = false;
  #failures = 0;
  #nextAttemptAt = -Infinity;
  #lastError = new Error("not connected");

  constructor(vhost: string, options: AmqpOptions) {
    this.#vhost = vhost;
    this.#options = options;
  }

  /** The open connection. Rejects while the broker is away, at once between two attempts, and after `close`. */
  open(): Promise<ChannelModel> {
    if (this.#closed) return Promise.reject(new Error(`AMQP ${this.#options.location.name}: closed`));
    if (this.#connection !== undefined) return this.#connection;
    const wait = this.#nextAttemptAt - this.#options.clock.now();
    // A longer one is that of a clock that was set back.
    if (wait > 0 && wait <= longestDelaySeconds) return Promise.reject(this.#lastError);
    // Kept before it has succeeded: sources that ask meanwhile wait for the same attempt.
    const attempt = this.#connect();
    this.#connection = attempt;
    attempt.catch(() => {
      // Only its own: a later attempt must not be forgotten because an earlier one fails late.
      if (this.#connection === attempt) this.#connection = undefined;
    });
    return attempt;
  }

  /** Whether it is open or about to be. */
  isOpen(): boolean {
    return this.#connection !== undefined;
  }

  /** Never rejects. For good: reads that still wait for their turn would open a connection that keeps the process alive. */
  async close(): Promise<void> {
    this.#closed = true;
    const connection = this.#connection;
    this.#connection = undefined;
    // One that failed or is closed already needs no closing.
    await connection?.then((open) => open.close()).catch(() => undefined);
  }

  async #connect(): Promise<ChannelModel> {
    const { location, credentials, timeoutSeconds, connectionName } = this.#options;
    const { protocol, hostname, port } = location.url;
    let password = "";
    try {
      const user = await credentials();
      password = user.password;
      const model = await connect(
        {
          // An object instead of a URL: the library's URL errors would carry the password.
          protocol: protocol.replace(":", ""),
          // Sockets want an IPv6 address without the brackets that a URL needs.
          hostname: hostname.replace(/^\[|\]$/g, ""),
          ...(port === "" ? {} : { port: Number(port) }),
          ...user,
          // amqplib decodes it also when it is not part of a URL.
          vhost: encodeURIComponent(this.#vhost),
          heartbeat: heartbeatSeconds,
        },
        { timeout: timeoutSeconds * 1000, clientProperties: { connection_name: connectionName } },
      );
      this.#failures = 0;
      this.#watch(model);
      return model;
    } catch (error) {
      throw this.#failed(describeError(error, password), error);
    }
  }

  #watch(model: ChannelModel): void {
    // Without a listener an error of the connection would end the process; "close" follows it.
    model.on("error", () => undefined);
    model.on("close", () => {
      this.#connection = undefined;
    });
  }

  #failed(text: string, cause: unknown): Error {
    const { location, clock } = this.#options;
    const delay = Math.min(longestDelaySeconds, firstDelaySeconds * 2 ** this.#failures);
    this.#failures += 1;
    // Half to full delay: replicas that lost the same broker must not come back in step.
    this.#nextAttemptAt = clock.now() + delay * (0.5 + clock.random() / 2);
    this.#lastError = new Error(`AMQP ${location.name}: ${text}`, { cause });
    return this.#lastError;
  }
}
