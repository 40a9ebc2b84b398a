import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import { harmlessFunctionsQuery, type Functions } from "../classify/functions.ts";
import type { Limits, Logger } from "../options.ts";
import { CheckConnection } from "./check.ts";
import { isFullPooler } from "./failure.ts";
import { PrimaryHistory } from "./lag.ts";
import type { Answer } from "./replayed.ts";
import { clientConfig, type InUse, type Server } from "./server.ts";

export interface Watched {
  readonly primary: Server;
  readonly replicas: readonly Server[];
  readonly functions: Functions;
  readonly limits: Limits;
  readonly logger?: Logger | undefined;
  /** Seconds, monotonic. */
  readonly now: () => number;
}

interface Watch {
  readonly server: Server;
  readonly check: CheckConnection;
  running: boolean;
  /** Of the last check that succeeded. */
  checkedAt: number;
  /** Connections in use when the server answered again; some may have died without a word. */
  doubtful: InUse;
  /** Of the last checks; behind a pooler each check may meet another server, so the worst counts. */
  lags: (number | null)[];
}

// A pooler's answers that count: with two or three servers behind it each has most likely been met.
const remembered = 5;
const primaryFirstMs = 200;
// PgBouncer's query_wait_timeout, often equal to the wait for a connection, shall come first: it is an answer.
const beyondPoolerSeconds = 1;
// How often the catalog of functions is read again at most, when a statement names one not known.
const functionsIntervalSeconds = 60;

/** Checks each server by its own timer, which keeps no process from ending. */
export class Monitor {
  readonly #watched: Watched;
  readonly #watches: readonly Watch[];
  readonly #history = new PrimaryHistory();
  #timer: NodeJS.Timeout | undefined;
  #functionsAt = -Infinity;
  #startedAt = -Infinity;

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#watches = [watched.primary, ...watched.replicas].map((server) => ({
      server,
      check: this.#open(server),
      ...{ running: false, checkedAt: watched.now(), doubtful: new Map(), lags: [] },
    }));
  }

  /** Checks at once, then at the interval, for as long as something else keeps the process. */
  start(): void {
    const period = this.#watched.limits.healthIntervalSeconds * 1000;
    this.#startedAt = this.#watched.now();
    this.#timer = setInterval(() => void this.#checkAll(), period).unref();
    void this.#checkAll();
  }

  /** A connection to it has failed: no reads until a check succeeds, which begins now. */
  suspect(server: Server): void {
    this.#rotate(server, false, "a connection failed");
    const watch = this.#watches.find((one) => one.server === server);
    if (watch !== undefined && this.#timer !== undefined) void this.#check(watch);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await Promise.all(this.#watches.map(({ check }) => check.close()));
  }

  /** The primary first, since a replica's lag is told from it; a silent one holds the others up no longer than this. */
  async #checkAll(): Promise<void> {
    const [primary, ...replicas] = this.#watches;
    const first = primary === undefined ? undefined : this.#check(primary);
    await Promise.race([first, delay(primaryFirstMs, undefined, { ref: false })]);
    await Promise.all(replicas.map((watch) => this.#check(watch)));
  }

  #open(server: Server): CheckConnection {
    const { limits, now } = this.#watched;
    const open = (): Client => new Client(clientConfig(server.options, limits));
    return new CheckConnection(open, limits.connectTimeoutSeconds + beyondPoolerSeconds, now);
  }

  async #check(watch: Watch): Promise<void> {
    // A check that waits for a silent server takes longer than the interval.
    if (watch.running) return;
    watch.running = true;
    const { server } = watch;
    try {
      const sentAt = this.#watched.now();
      const answer = await watch.check.ask((client) => server.replayed.ask(client));
      watch.checkedAt = this.#watched.now();
      this.#replaceDead(watch);
      if (server.role === "primary") this.#judgePrimary(server, answer, sentAt);
      else this.#judgeReplica(watch, answer);
      // On the check's connection: the pool's are for callers.
      await this.#learnFunctions(watch.check);
      await server.warm();
    } catch (error) {
      this.#failed(watch, error);
    } finally {
      watch.running = false;
    }
  }

  /** A node that is gone closes nothing: connections to it are silent, while its address leads to another already. */
  #replaceDead(watch: Watch): void {
    const { server, check } = watch;
    if (check.takeLoss()) {
      watch.doubtful = server.inUse();
      server.renew();
    }
    if (!check.takeDeath(this.#watched.limits.silentSeconds)) return;
    server.breakUnanswered(watch.doubtful);
    watch.doubtful = new Map();
  }

  #judgePrimary(server: Server, { standby, position }: Answer, sentAt: number): void {
    if (!standby && position !== null) this.#history.add(sentAt, position);
    this.#rotate(server, !standby, "it is in recovery");
  }

  #judgeReplica(watch: Watch, { standby, position }: Answer): void {
    const { server } = watch;
    const { limits, now } = this.#watched;
    const silent = this.#primaryIsSilent();
    const lag = silent || position === null ? null : this.#history.lagSeconds(position, now(), limits.maxLagSeconds);
    if (!silent) watch.lags = [...watch.lags, lag].slice(server.options.pooled === true ? -remembered : -1);
    server.lagSeconds = silent || watch.lags.includes(null) ? null : Math.max(...(watch.lags as number[]));
    // Unknown keeps a replica out, but not while nobody can know: what was too far behind then stays out.
    const recent = watch.lags.every((one) => (one === null ? silent : one <= limits.maxLagSeconds));
    this.#rotate(server, standby && position !== null && recent, standby ? "it lags" : "it is no replica any more");
  }

  /** Then nothing tells what a replica lacks, and little can be written that it might lack: reads shall go on. */
  #primaryIsSilent(): boolean {
    const { limits, now } = this.#watched;
    const since = Math.max(this.#history.latestAt, this.#startedAt);
    return now() - since > 2 * (limits.healthIntervalSeconds + limits.connectTimeoutSeconds);
  }

  #failed(watch: Watch, error: unknown): void {
    const { server, check, checkedAt } = watch;
    const { limits, now } = this.#watched;
    // Full is not ill: all reads on the primary instead would fill that too.
    if (isFullPooler(error) && now() - checkedAt <= limits.silentSeconds) return;
    server.lagSeconds = null;
    this.#rotate(server, false, error instanceof Error ? error.message : String(error));
    if (now() - check.lastSign > limits.silentSeconds) server.breakRunning();
  }

  #rotate(server: Server, into: boolean, why: string): void {
    if (server.inRotation === into) return;
    server.inRotation = into;
    const { logger } = this.#watched;
    if (into) logger?.info({ server: server.name }, "server takes statements");
    else logger?.warn({ server: server.name, why }, "server takes no statements");
  }

  async #learnFunctions(check: CheckConnection): Promise<void> {
    const { functions, now, logger } = this.#watched;
    if (!functions.wantsAnswer || now() - this.#functionsAt < functionsIntervalSeconds) return;
    this.#functionsAt = now();
    try {
      const { rows } = await check.ask((client) => client.query<{ name: string }>(harmlessFunctionsQuery));
      functions.learn(rows.map(({ name }) => name));
    } catch (error) {
      // The server is well, it has just answered; the next one that is checked may tell.
      this.#functionsAt = -Infinity;
      logger?.warn({ error }, "the catalog of functions is not known yet");
    }
  }
}
