/** No connection in time: the statement was never sent, so nothing of it has happened. */
export class NoConnectionError extends Error {
  override readonly name = "NoConnectionError";
  /** All connections of the pool were in use; the server itself may be well. */
  readonly busy: boolean;

  constructor(server: string, cause: unknown, busy = false) {
    const why = busy ? "all are in use" : describe(cause);
    super(`no connection to ${server}: ${why}`, { cause });
    this.busy = busy;
  }
}

/** The connection broke while a statement ran that can only read, and further attempts did not succeed either. */
export class ConnectionLostError extends Error {
  override readonly name = "ConnectionLostError";

  constructor(server: string, cause: unknown) {
    super(`the connection to ${server} broke before the answer: ${describe(cause)}`, { cause });
  }
}

/** A write was sent and its answer never came: it may have happened or not. It is never sent again by itself. */
export class OutcomeUnknownError extends Error {
  override readonly name = "OutcomeUnknownError";

  constructor(what: string, cause: unknown) {
    super(`the outcome of ${what} is unknown: ${describe(cause)}`, { cause });
  }
}

/** Misuse of a transaction, or a commit that PostgreSQL turned into a rollback. */
export class TransactionError extends Error {
  override readonly name = "TransactionError";
}

/** The database was used after close(). */
export class DatabaseClosedError extends Error {
  override readonly name = "DatabaseClosedError";

  constructor() {
    super("the database is closed");
  }
}

/** The primary's address leads to a server in recovery: a failover is under way. Nothing was executed. */
export class ReadOnlyPrimaryError extends Error {
  override readonly name = "ReadOnlyPrimaryError";

  constructor(cause: unknown) {
    super("the primary's address leads to a server that only reads", { cause });
  }
}

function describe(cause: unknown): string {
  // Every address of a name refused: the list has a message each, the whole has none.
  if (cause instanceof AggregateError) return cause.errors.map(describe).join(", ");
  return cause instanceof Error ? cause.message : String(cause);
}
