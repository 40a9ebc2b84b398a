import { setTimeout as delay } from "node:timers/promises";
import type { QueryResult, QueryResultRow } from "pg";
import type { Context } from "./context.ts";
import type { Acquired, Database, QueryOptions } from "./database.ts";
import { DatabaseClosedError } from "./errors.ts";
import { takePlace } from "./place.ts";
import { Read } from "./read.ts";
import type { Position } from "./servers/lsn.ts";
import type { Statement } from "./servers/send.ts";
import type { DatabaseServerStatus } from "./telemetry.ts";
import type { TransactionOptions } from "./transaction.ts";
import { TransactionRun, type Work } from "./transactionRun.ts";
import { write } from "./write.ts";

interface Call {
  readonly route: "primary" | "replica";
  run(): Promise<QueryResult>;
}

/** The front: decides the route, counts what runs, tells. */
export class RoutedDatabase implements Database {
  readonly #context: Context;
  readonly #end: () => Promise<void>;
  /** Calls and lent connections, which close() waits for. */
  #running = 0;
  #closing: Promise<void> | undefined;
  #idle = Promise.withResolvers<undefined>();

  constructor(context: Context, end: () => Promise<void>) {
    this.#context = context;
    this.#end = end;
  }

  query<Row extends QueryResultRow>(text: string, values?: readonly unknown[], options?: QueryOptions) {
    if (!this.#context.statements.readable(text)) return this.write<Row>(text, values, options);
    return this.#told<Row>(new Read(this.#context, statementOf(text, values, options), false));
  }

  read<Row extends QueryResultRow>(text: string, values?: readonly unknown[], options?: QueryOptions) {
    return this.#told<Row>(
      new Read(this.#context, statementOf(text, values, options), this.#context.statements.refused(text)),
    );
  }

  write<Row extends QueryResultRow>(text: string, values?: readonly unknown[], options?: QueryOptions) {
    const statement = statementOf(text, values, options);
    return this.#told<Row>({ route: "primary", run: () => write(this.#context, statement) });
  }

  // Told statement by statement, since its work may do anything in between.
  async transaction<Result>(work: Work<Result>, options: TransactionOptions = {}): Promise<Result> {
    this.#enter();
    try {
      return await new TransactionRun(this.#context, work, options).run();
    } finally {
      this.#leave();
    }
  }

  scope<Result>(work: () => Result, options: { readonly after?: Position | undefined } = {}): Result {
    return this.#context.scopes.run(work, options.after);
  }

  position(): Promise<Position | undefined> {
    return this.#context.scopes.position(this.#context.askPosition);
  }

  async acquire(role: "primary" | "replica", options: { readonly signal?: AbortSignal } = {}): Promise<Acquired> {
    this.#enter();
    try {
      const { lease } = await takePlace(this.#context, role, options.signal);
      const scope = role === "primary" ? this.#context.scopes.current : undefined;
      scope?.lend();
      let released = false;
      const release = (error?: Error): void => {
        if (released) return;
        released = true;
        // An open transaction must not meet the next caller.
        lease.release(error !== undefined || lease.client.getTransactionStatus() !== "I");
        scope?.returned();
        this.#leave();
      };
      return { client: lease.client, release };
    } catch (error) {
      this.#leave();
      throw error;
    }
  }

  status(): readonly DatabaseServerStatus[] {
    return [this.#context.primary, ...this.#context.replicas].map((server) => server.status());
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    const { closeSeconds } = this.#context.limits;
    const wait = new AbortController();
    if (this.#running > 0) {
      // A caller that retries may have nothing running on a server, so calls are counted and not connections.
      const enough = delay(closeSeconds * 1000, undefined, { signal: wait.signal }).catch(() => undefined);
      await Promise.race([this.#idle.promise, enough]);
      wait.abort();
    }
    await this.#end();
  }

  async #told<Row extends QueryResultRow>(call: Call): Promise<QueryResult<Row>> {
    this.#enter();
    const { telemetry, now } = this.#context;
    // Reading the clock costs more than the rest of this where nobody listens.
    const start = telemetry === undefined ? 0 : now();
    let outcome: "ok" | "error" = "error";
    try {
      const result = await call.run();
      outcome = "ok";
      return result as QueryResult<Row>;
    } finally {
      this.#leave();
      telemetry?.query({ route: call.route, outcome, seconds: now() - start });
    }
  }

  #enter(): void {
    if (this.#closing !== undefined) throw new DatabaseClosedError();
    this.#running += 1;
  }

  #leave(): void {
    this.#running -= 1;
    if (this.#running === 0 && this.#closing !== undefined) this.#idle.resolve(undefined);
  }
}

const statementOf = (text: string, values?: readonly unknown[], options?: QueryOptions): Statement => ({
  text,
  values,
  name: options?.name,
  signal: options?.signal,
});
