import { AsyncLocalStorage } from "node:async_hooks";
import type { Context } from "./context.ts";
import { ConnectionLostError, NoConnectionError, OutcomeUnknownError, TransactionError } from "./errors.ts";
import { tryPlace, type Place } from "./place.ts";
import { withRetries, type RetryReason } from "./retry.ts";
import { codeOf, isAnswer, isSerializationFailure, readOnlyCode, replicaCannotAnswer } from "./servers/failure.ts";
import { OpenTransaction, type Transaction, type TransactionOptions } from "./transaction.ts";
import { reasonBeforeStart, throwIfReadOnly } from "./write.ts";

export type Work<Result> = (transaction: Transaction) => Promise<Result>;

interface Within {
  readonly context: Context;
  /** Of another database. */
  readonly outer: Within | undefined;
  over: boolean;
}

// Follows the work into whatever it calls, also what goes on after the transaction's end.
const within = new AsyncLocalStorage<Within>();

/** The connection would wait for one that may be the pool's last, and the two could lock each other. */
function isWithin(context: Context): boolean {
  for (let one = within.getStore(); one !== undefined; one = one.outer)
    if (one.context === context && !one.over) return true;
  return false;
}

/**
 * Commits what the work did, or rolls it back and rejects with its error. The work runs again after a serialization
 * failure, a deadlock or a connection lost before the commit was sent: PostgreSQL has then rolled back all of it.
 */
export class TransactionRun<Result> {
  readonly #context: Context;
  readonly #work: Work<Result>;
  readonly #options: TransactionOptions;
  /** A replica could not answer, or none may be asked. */
  #primaryOnly: boolean;
  /** The replica that was tried said so. */
  #moved = false;

  constructor(context: Context, work: Work<Result>, options: TransactionOptions) {
    this.#context = context;
    this.#work = work;
    this.#options = options;
    // A server in recovery knows no serializable transactions.
    this.#primaryOnly = options.readOnly !== true || options.isolation === "serializable";
  }

  async run(): Promise<Result> {
    if (isWithin(this.#context))
      throw new TransactionError("transaction() within the work of a transaction: use the one it was given");
    const { scopes, statements } = this.#context;
    const scope = scopes.current;
    const { signal, readOnly } = this.#options;
    // Without it a COMMIT in the work would only be noticed when it has happened.
    await statements.load();
    try {
      return await withRetries(() => this.#attempt(), {
        reasonOf: (error) => this.#reasonOf(error),
        signal,
        context: this.#context,
      });
    } catch (error) {
      throw signal?.aborted === true && cameOfAbort(error) ? signal.reason : error;
    } finally {
      if (readOnly !== true) scope?.wrote();
    }
  }

  #reasonOf(error: unknown): RetryReason | undefined {
    if (this.#moved) return "readOnly";
    // Work may throw an error of its own around that of a statement.
    for (let one = error, depth = 0; one instanceof Error && depth < 5; one = one.cause, depth += 1) {
      if (one instanceof OutcomeUnknownError) return undefined;
      if (isSerializationFailure(one)) return "serialization";
      if (one instanceof ConnectionLostError) return "connection";
      const reason = reasonBeforeStart(one);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }

  async #attempt(): Promise<Result> {
    this.#moved = false;
    const role = this.#primaryOnly ? "primary" : "replica";
    const { server, lease } = await tryPlace(this.#context, role, this.#options.signal);
    const open = new OpenTransaction({ server, lease }, this.#context, this.#options);
    const here: Within = { context: this.#context, outer: within.getStore(), over: false };
    let usable = false;
    try {
      await open.begin();
      const result = await within.run(here, () => this.#work(open));
      await open.commit();
      usable = true;
      return result;
    } catch (error) {
      usable = await open.rollback();
      await this.#judge({ server, lease }, error);
      throw error;
    } finally {
      here.over = true;
      lease.release(!usable);
    }
  }

  /** What the failure tells about the server; the transaction has been rolled back. */
  async #judge({ server, lease }: Place, error: unknown): Promise<void> {
    if (server.role === "primary") await throwIfReadOnly(server, lease, error);
    else if (error instanceof ConnectionLostError) this.#context.suspect(server);
    // What a replica may not write, a read-only transaction may not write on the primary either.
    else if (replicaCannotAnswer(error) && codeOf(error) !== readOnlyCode) this.#moved = this.#primaryOnly = true;
  }
}

const cameOfAbort = (error: unknown): boolean =>
  error instanceof ConnectionLostError || error instanceof NoConnectionError || isAnswer(error);
