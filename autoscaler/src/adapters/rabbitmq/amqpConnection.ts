import { connect, type ChannelModel } from "amqplib";
import type { Clock } from "../../ports/clock.ts";
import { describeError, type Location } from "./location.ts";
import type { Credentials } from "./managementClient.ts";

export interface AmqpOptions {
  readonly location: Location;
  readonly credentials: () => Promise<Credentials>;
  readonly clock: Clock;
  readonly timeoutSeconds: number;
  readonly connectionName: string;
}

const firstDelaySeconds = 0.5;
const longestDelaySeconds = 10;
const heartbeatSeconds = 10;

/** One AMQP connection to one vhost, opened when first needed and again after a loss, at most once per back-off. */
export class AmqpConnection {
  readonly #options: AmqpOptions;
  readonly #vhost: string;
  #connection: Promise<ChannelModel> | undefined;
  #failures = 0;
  #nextAttemptAt = -Infinity;
  #lastError = new Error("not connected");

  constructor(vhost: string, options: AmqpOptions) {
    this.#vhost = vhost;
    this.#options = options;
  }

  /** The open connection. Rejects while the broker is away, at once between two attempts. */
  open(): Promise<ChannelModel> {
    if (this.#connection !== undefined) return this.#connection;
    if (this.#options.clock.now() < this.#nextAttemptAt) return Promise.reject(this.#lastError);
    const attempt = this.#connect();
    this.#connection = attempt;
    attempt.catch(() => {
      if (this.#connection === attempt) this.#connection = undefined;
    });
    return attempt;
  }

  /** Whether it is open or about to be. */
  isOpen(): boolean {
    return this.#connection !== undefined;
  }

  async close(): Promise<void> {
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
          protocol: protocol.replace(":", ""),
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
    this.#nextAttemptAt = clock.now() + delay * (0.5 + clock.random() / 2);
    this.#lastError = new Error(`AMQP ${location.name}: ${text}`, { cause });
    return this.#lastError;
  }
}
