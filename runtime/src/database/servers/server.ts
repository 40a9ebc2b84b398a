import { setImmediate } from "node:timers/promises";
import pg, { type Pool, type PoolClient, type PoolConfig, type QueryResult } from "pg";
import { DatabaseClosedError, NoConnectionError } from "../errors.ts";
import { poolSizes, type Limits, type ServerOptions } from "../options.ts";
import type { DatabaseServerStatus } from "../telemetry.ts";
import { Replayed } from "./replayed.ts";
import { send, type OwnClient, type Statement } from "./send.ts";

/** A connection that is ours until it is released. */
export interface Lease {
  readonly client: PoolClient;
  run(statement: Statement): Promise<QueryResult>;
  /** True: the connection is of no more use. Further calls do nothing. */
  release(broken?: boolean): void;
}

/** Connections in use, each with the bytes it had received. */
export type InUse = ReadonlyMap<PoolClient, number>;

/** One of both. */
type Taken = (error: Error | undefined, client?: PoolClient) => void;
/** One address with its pool. Knows nothing of routes or further attempts. */
export class Server {
  readonly name: string;
  readonly role: "primary" | "replica";
  readonly options: ServerOptions;
  readonly replayed = new Replayed();
  inRotation = false;
  lagSeconds: number | null = null;
  readonly #config: PoolConfig;
  readonly #min: number;
  readonly #max: number;
  /** Handed out, each with its pool. */
  readonly #busy = new Map<PoolClient, Pool>();
  /** Callers in the pool's queue; each goes on in the pool that follows. */
  readonly #queued = new Set<() => void>();
  /** Their connections have ended, though a socket may not be closed yet. */
  readonly #broken = new WeakSet<PoolClient>();
  #pool: Pool;
  #closed = false;

  constructor(name: string, options: ServerOptions, limits: Limits) {
    this.name = name;
    this.role = name === "primary" ? "primary" : "replica";
    this.options = options;
    const { min, max } = { ...poolSizes[this.role], ...options.pool };
    this.#min = min;
    this.#max = max;
    this.#config = {
      ...clientConfig(options, limits),
      // pg-pool opens nothing for its minimum: it only keeps so many from the idle limit.
      ...{ min, max, idleTimeoutMillis: limits.idleTimeoutSeconds * 1000, maxLifetimeSeconds: limits.lifetimeSeconds },
      // Whoever forgets close() is not kept from ending.
      allowExitOnIdle: true,
    };
    this.#pool = this.#open();
  }

  /** Statements that run or wait here. */
  get load(): number {
    return this.#busy.size + this.#pool.waitingCount;
  }

  /** Rejects with NoConnectionError (never sent), ConnectionLostError (sent), the signal's reason, or PostgreSQL's error. */
  run(statement: Statement): Promise<QueryResult> {
    return new Promise((resolve, reject) => {
      this.#take(statement.signal, (error, client) => {
        if (error !== undefined) reject(error);
        if (client === undefined) return;
        send(this.#own(client), statement, (outcome, broken) => {
          this.#release(client, broken);
          if (outcome instanceof Error) reject(outcome);
          else resolve(outcome);
        });
      });
    });
  }

  /** A connection of one's own. Rejects with NoConnectionError or the signal's reason. */
  acquire(signal?: AbortSignal): Promise<Lease> {
    return new Promise((resolve, reject) => {
      this.#take(signal, (error, client) => {
        if (error !== undefined) reject(error);
        if (client !== undefined) resolve(this.#lease(client));
      });
    });
  }

  /** Opens what is missing to the minimum, so that a burst finds it. Never fails. */
  async warm(): Promise<void> {
    const pool = this.#pool;
    if (pool.totalCount >= this.#min) return;
    // All at once, the idle ones too: the pool hands those out first, and the same one again where it is back too soon.
    const wanted = Array.from({ length: this.#min - pool.totalCount + pool.idleCount });
    const opening = wanted.map(async () => {
      const client = await pool.connect();
      await setImmediate();
      client.release();
    });
    await Promise.allSettled(opening);
  }

  /**
   * New connections from now on; those in use go when they are released. For an address that leads elsewhere now. Does
   * nothing where the connection that showed it is older than the pool: that has been renewed since.
   */
  renew(shownBy?: PoolClient): void {
    const old = this.#pool;
    if (this.#closed || (shownBy !== undefined && this.#busy.get(shownBy) !== old)) return;
    this.#pool = this.#open();
    // Resolves when the last of its connections in use has been given back.
    void old.end();
    // pg-pool serves its queue no more.
    const queued = [...this.#queued];
    this.#queued.clear();
    for (const move of queued) move();
  }

  inUse(): InUse {
    return new Map([...this.#busy.keys()].map((client) => [client, bytesRead(client)]));
  }

  /** Breaks those that are still in use and have received nothing since. */
  breakUnanswered(since: InUse): void {
    for (const [client, bytes] of since) {
      if (this.#busy.has(client) && bytesRead(client) === bytes) client.connection.stream.destroy();
    }
  }

  /** Breaks whatever runs, for a server that has fallen silent: the callers learn it now and not after hours. */
  breakRunning(): void {
    for (const client of this.#busy.keys()) client.connection.stream.destroy();
    // The idle ones lead to the same silence.
    if (this.#pool.idleCount > 0) this.renew();
  }

  status(): DatabaseServerStatus {
    const { name, role, inRotation, lagSeconds } = this;
    const { idleCount: idle, waitingCount: waiting } = this.#pool;
    return {
      name,
      role,
      inRotation,
      lagSeconds,
      connections: { busy: this.#busy.size, idle, waiting, max: this.#max },
    };
  }

  /** Takes no more; resolves when all connections have gone. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#pool.end();
  }

  #open(): Pool {
    const pool = new pg.Pool(this.#config);
    // pg-pool has removed the idle connection by then; without a listener the event would end the process.
    pool.on("error", () => undefined);
    // pg tells it before the statement that ran learns of it. A client that is taken has no listener of pg-pool's.
    pool.on("connect", (client) => client.on("error", () => this.#broken.add(client)));
    return pool;
  }

  #take(signal: AbortSignal | undefined, done: Taken): void {
    if (this.#closed) {
      done(new DatabaseClosedError());
      return;
    }
    if (signal === undefined) {
      this.#connect(done);
      return;
    }
    if (signal.aborted) {
      done(signal.reason as Error);
      return;
    }
    const abort = (): void => {
      done(signal.reason as Error);
    };
    // The caller learns at once, also while the pool has nothing to give.
    signal.addEventListener("abort", abort, { once: true });
    this.#connect((error, client) => {
      signal.removeEventListener("abort", abort);
      // It came too late, and pg-pool cannot be told not to wait.
      if (signal.aborted && client !== undefined) this.#release(client, false);
      else done(error, client);
    });
  }

  #connect(done: Taken): void {
    const pool = this.#pool;
    const queues = pool.idleCount === 0 && pool.totalCount >= this.#max;
    let left = false;
    const move = (): void => {
      left = true;
      this.#connect(done);
    };
    if (queues) this.#queued.add(move);
    pool.connect((error, client) => {
      if (queues) this.#queued.delete(move);
      if (left) client?.release();
      else if (client === undefined) done(new NoConnectionError(this.name, error, this.#isFull(pool, error)));
      else {
        this.#busy.set(client, pool);
        done(undefined, client);
      }
    });
  }

  /** Connections that are still being opened fill the pool too, but a server that does not answer has none to give. */
  #isFull(pool: Pool, error: Error | undefined): boolean {
    // pg-pool's words for a wait in its queue; a connection that is refused has others.
    if (pool !== this.#pool || error?.message !== "timeout exceeded when trying to connect") return false;
    return [...this.#busy.values()].filter((one) => one === pool).length >= this.#max;
  }

  #lease(client: PoolClient): Lease {
    let released = false;
    let spoilt = false;
    return {
      client,
      run: (statement) =>
        new Promise((resolve, reject) => {
          send(this.#own(client), statement, (outcome, broken) => {
            spoilt ||= broken;
            if (outcome instanceof Error) reject(outcome);
            else resolve(outcome);
          });
        }),
      release: (broken = false) => {
        if (released) return;
        released = true;
        this.#release(client, broken || spoilt);
      },
    };
  }

  #own(client: PoolClient): OwnClient {
    return { client, server: this.name, broken: () => this.#broken.has(client) };
  }

  #release(client: PoolClient, broken: boolean): void {
    this.#busy.delete(client);
    client.release(broken);
  }
}

const bytesRead = (client: PoolClient): number =>
  (client.connection.stream as unknown as { readonly bytesRead: number }).bytesRead;

/** For the pools and for the checks of a server's health. */
export function clientConfig(options: ServerOptions, limits: Limits): PoolConfig {
  const { host, port, database, user, password, ssl = false } = options;
  const connectionTimeoutMillis = limits.connectTimeoutSeconds * 1000;
  // Node asks an idle or waiting connection's other side after it, then each second ten times.
  const keepAlive = { keepAlive: true, keepAliveInitialDelayMillis: 10_000 };
  return { host, port, database, user, password, ssl, connectionTimeoutMillis, ...keepAlive };
}
