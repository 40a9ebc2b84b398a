import { close, openClient, send, type Access, type Client } from "./client.ts";
import { nameOf, parseInfo, type Address } from "./topology.ts";

const beatMs = 250;
/** So many beats without an answer: the member hangs. Beats are counted, since a process that stood still has lost none. */
const missedBeats = 4;

export interface SessionEvents {
  /** All that the member published before `sentAt` has been delivered. */
  beat(event: { readonly sentAt: number; readonly ok: boolean; readonly epoch: number }): void;
  message(text: string): void;
  /** Once, when the session is over. */
  lost(error: Error): void;
}

export interface SessionOptions {
  readonly address: Address;
  readonly access: Access;
  readonly channel: string;
  readonly now: () => number;
  readonly events: SessionEvents;
}

/**
 * Three connections to one master, which live and die together: one reads and writes, one asks for confirmation (WAIT
 * blocks whatever comes behind it), one listens. A session that is there answers or is over within about a second, so
 * that a command needs no timer of its own, and a member that is down costs its callers nothing.
 */
export class Session {
  readonly name: string;
  /** Of the clock; when it was opened. */
  readonly since: number;
  readonly data: Client;
  readonly confirm: Client;
  readonly #bus: Client;
  readonly #options: SessionOptions;
  readonly #timer: NodeJS.Timeout;
  #waiting = 0;
  #over = false;

  private constructor(clients: readonly [Client, Client, Client], options: SessionOptions) {
    [this.data, this.confirm, this.#bus] = clients;
    this.name = nameOf(options.address);
    this.since = options.now();
    this.#options = options;
    this.#timer = setInterval(() => {
      this.#beat();
    }, beatMs);
    // The connections keep the process alive until close(); the heartbeat alone would have no reason to.
    this.#timer.unref();
  }

  /** Rejects when the member cannot be reached; nothing is left open then. */
  static async open(options: SessionOptions): Promise<Session> {
    const { address, access, channel, events } = options;
    let session: Session | undefined;
    const lost = (error: Error): void => {
      session?.end(error);
    };
    const opened = await Promise.allSettled([1, 2, 3].map(() => openClient(address, access, lost)));
    const clients = opened.filter((one) => one.status === "fulfilled").map(({ value }) => value);
    try {
      const [data, confirm, bus] = clients;
      if (!data || !confirm || !bus) throw opened.find((one) => one.status === "rejected")?.reason;
      await bus.subscribe(channel, (text) => {
        events.message(text);
      });
      session = new Session([data, confirm, bus], options);
      if (!clients.every((client) => client.isReady)) throw new Error(`${session.name} was lost at once`);
      session.#beat();
      return session;
    } catch (error) {
      if (session) session.end(new Error("not opened"));
      else clients.forEach(close);
      throw error;
    }
  }

  #beat(): void {
    if (++this.#waiting > missedBeats) {
      this.end(new Error(`${this.name} does not answer`));
      return;
    }
    const sentAt = this.#options.now();
    Promise.all([clusterInfo(this.#bus), send(this.data, ["PING"])])
      .then(([info]) => {
        this.#waiting = 0;
        if (!this.#over) this.#options.events.beat({ sentAt, ...info });
      })
      .catch((error: unknown) => {
        this.end(error instanceof Error ? error : new Error("no answer"));
      });
  }

  /** Closes the connections: whoever waits for an answer gets an error now. */
  end(reason: Error): void {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#timer);
    [this.data, this.confirm, this.#bus].forEach(close);
    this.#options.events.lost(reason);
  }
}

async function clusterInfo(client: Client): Promise<{ ok: boolean; epoch: number }> {
  try {
    return parseInfo(String(await send(client, ["CLUSTER", "INFO"])));
  } catch (error) {
    // A Redis for development: one member that has all slots and never hands them on.
    if (error instanceof Error && error.message.includes("cluster support disabled")) return { ok: true, epoch: 0 };
    throw error;
  }
}
