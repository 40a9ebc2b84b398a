import { EventEmitter, once } from "node:events";
import { connect, credentials, type ChannelModel, type RecoveringChannelModel } from "amqplib";
import type { BrokerAddress } from "./address.ts";
import { errorText } from "./errors.ts";
import type { Logger } from "./options.ts";
import { within } from "./timing.ts";

export interface ConnectionOptions {
  readonly addresses: readonly BrokerAddress[];
  readonly username: string;
  readonly password: string;
  readonly name: string;
  readonly random: () => number;
  readonly logger?: Logger | undefined;
}

/** One connection that is opened again whenever it is lost, at the next address. */
export class BrokerConnection {
  readonly #events = new EventEmitter();
  readonly #recovering: RecoveringChannelModel;
  #current: ChannelModel | undefined;
  #lastError = "no attempt has ended yet";

  /** Resolves without waiting for the broker. */
  static async open(options: ConnectionOptions): Promise<BrokerConnection> {
    const { addresses, username, password, name } = options;
    // At random, so that many processes spread over the members.
    const first = addresses[Math.floor(options.random() * addresses.length)];
    if (first === undefined) throw new Error("a connection needs at least one address");
    // amqplib takes one address and reads it at each attempt: changing it in place is how several are tried.
    const address = { ...first };
    const recovering = await connect(address, {
      credentials: credentials.plain(username, password),
      clientProperties: { connection_name: name },
      // Milliseconds for the handshake: a member that hangs must not keep us from the others.
      timeout: 10_000,
      noDelay: true,
      keepAlive: true,
      recovery: { initialDelay: 200, maxDelay: 5000, jitter: 0.5, waitForConnect: false, setup: probe },
    });
    const advance = (): void => {
      const index = addresses.findIndex(({ hostname, port }) => hostname === address.hostname && port === address.port);
      Object.assign(address, addresses[(index + 1) % addresses.length]);
    };
    return new BrokerConnection(recovering, options, advance);
  }

  private constructor(recovering: RecoveringChannelModel, { name, logger }: ConnectionOptions, advance: () => void) {
    this.#recovering = recovering;
    // As many as there are consumers wait for the same connection.
    this.#events.setMaxListeners(0);
    recovering.on("connect", (model) => {
      this.#current = model;
      logger?.info({ connection: name }, "connected to the broker");
      this.#events.emit("connect");
    });
    recovering.on("connect-failed", (error) => {
      this.#lastError = errorText(error);
      logger?.warn({ connection: name, error: this.#lastError }, "cannot connect to the broker");
      advance();
    });
    recovering.on("disconnect", (error) => {
      this.#current = undefined;
      this.#lastError = errorText(error);
      logger?.warn({ connection: name, error: this.#lastError }, "connection to the broker lost");
      advance();
    });
    // `disconnect` follows and tells the same; without a listener the process would end.
    recovering.on("error", () => undefined);
    recovering.on("blocked", (reason) => {
      logger?.warn({ connection: name, reason }, "the broker takes no messages for now");
    });
  }

  connected(): boolean {
    return this.#current !== undefined;
  }

  /** Why nothing can be sent now, as far as known. */
  trouble(): string {
    return this.#current === undefined ? `not connected: ${this.#lastError}` : "connected, but without a channel";
  }

  /** The connection that is open now. Throws while there is none. */
  current(): ChannelModel {
    if (this.#current === undefined) throw new Error(this.trouble());
    return this.#current;
  }

  /** Waits for a connection; rejects when the signal aborts. */
  async model(signal: AbortSignal): Promise<ChannelModel> {
    while (this.#current === undefined) await once(this.#events, "connect", { signal });
    return this.#current;
  }

  /** Channels must be closed before: a bare connection close overtakes the last acks. */
  async close(seconds: number): Promise<void> {
    this.#current = undefined;
    // A broker that is gone never answers.
    await within(seconds, this.#recovering.close());
  }
}

/**
 * amqplib misses the end of a connection between its handshake and its own listeners, and would hold a dead one for ever.
 * A round trip and a listener of ours close that gap: what is thrown here is a failed attempt, and another follows.
 */
async function probe(model: ChannelModel): Promise<void> {
  const closed = new AbortController();
  model.on("error", () => undefined);
  model.once("close", () => {
    closed.abort(new Error("the broker closed the connection at once"));
  });
  await (await model.createChannel()).close();
  closed.signal.throwIfAborted();
}
