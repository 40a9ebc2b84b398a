import type { QueryResult, QueryResultRow } from "pg";
import type { Context } from "./context.ts";
import { ConnectionLostError, OutcomeUnknownError, TransactionError } from "./errors.ts";
import type { Place } from "./place.ts";
import type { Statement } from "./servers/send.ts";

/** What the work of a transaction is given. Statements run one after the other, in the order of the calls. */
export interface Transaction {
  /** Rejects with TransactionError after the end, and for a text that would itself begin or end the transaction. */
  query<Row extends QueryResultRow>(
    text: string,
    values?: readonly unknown[],
    options?: { readonly name?: string },
  ): Promise<QueryResult<Row>>;
}

export interface TransactionOptions {
  readonly isolation?: "read committed" | "repeatable read" | "serializable";
  /** May go to a replica; a write in it is refused by PostgreSQL (25006). */
  readonly readOnly?: boolean;
  readonly signal?: AbortSignal;
}

/** One attempt on one connection, which stays its owner's to release. */
export class OpenTransaction implements Transaction {
  readonly #place: Place;
  readonly #context: Context;
  readonly #options: TransactionOptions;
  #last: Promise<unknown> = Promise.resolve();
  #over = false;

  constructor(place: Place, context: Context, options: TransactionOptions) {
    this.#place = place;
    this.#context = context;
    this.#options = options;
  }

  async begin(): Promise<void> {
    const { isolation, readOnly } = this.#options;
    const level = isolation === undefined ? "" : ` isolation level ${isolation}`;
    await this.#send({ text: `begin${level}${readOnly === true ? " read only" : ""}` });
  }

  async query<Row extends QueryResultRow>(
    text: string,
    values?: readonly unknown[],
    options?: { readonly name?: string },
  ): Promise<QueryResult<Row>> {
    if (this.#over) throw new TransactionError("the transaction is over: await its statements within the work");
    if (this.#context.statements.endsTransaction(text))
      throw new TransactionError("a transaction ends with its work: return to commit, throw to roll back");
    // pg would take a second one at once, but means to forbid it.
    const result = this.#last.then(() => this.#tell(this.#send({ text, values, name: options?.name })));
    this.#last = result.catch(() => undefined);
    return (await result) as QueryResult<Row>;
  }

  /** Rejects with OutcomeUnknownError when the answer did not come, and when PostgreSQL rolled back instead. */
  async commit(): Promise<void> {
    this.#over = true;
    await this.#last;
    const { signal, readOnly } = this.#options;
    try {
      const { command } = await this.#send({ text: "commit" });
      if (command === "ROLLBACK")
        throw new TransactionError("rolled back: a statement in it had failed, though its error did not reach the end");
    } catch (error) {
      if (!(error instanceof ConnectionLostError) || readOnly === true) throw error;
      throw new OutcomeUnknownError("a commit", signal?.aborted === true ? signal.reason : error);
    }
  }

  /** False when that could not be done, so that the connection must go. */
  async rollback(): Promise<boolean> {
    this.#over = true;
    await this.#last;
    if (this.#options.signal?.aborted === true) return false;
    return this.#place.lease.run({ text: "rollback" }).then(
      () => true,
      () => false,
    );
  }

  async #tell(sent: Promise<QueryResult>): Promise<QueryResult> {
    const { telemetry, now } = this.#context;
    const [route, start] = [this.#place.server.role, now()];
    let outcome: "ok" | "error" = "error";
    try {
      const result = await sent;
      outcome = "ok";
      return result;
    } finally {
      telemetry?.query({ route, outcome, seconds: now() - start });
    }
  }

  async #send(statement: Statement): Promise<QueryResult> {
    const { signal } = this.#options;
    signal?.throwIfAborted();
    const result = await this.#place.lease.run({ ...statement, signal });
    // A text too long to be parsed, say: what it did cannot be taken back.
    if (statement.text !== "commit" && this.#place.lease.client.getTransactionStatus() === "I")
      throw new TransactionError("a statement ended the transaction");
    return result;
  }
}
