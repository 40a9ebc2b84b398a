import type { ClientBase, QueryResult, QueryResultRow } from "pg";
import type { Position } from "./servers/lsn.ts";
import type { DatabaseServerStatus } from "./telemetry.ts";
import type { Transaction, TransactionOptions } from "./transaction.ts";

export interface QueryOptions {
  /** Aborting ends the statement on the server too. */
  readonly signal?: AbortSignal;
  /** Prepares the statement under this name on each connection. Behind PgBouncer only from 1.21 on. */
  readonly name?: string;
}

export type Query = <Row extends QueryResultRow>(
  text: string,
  values?: readonly unknown[],
  options?: QueryOptions,
) => Promise<QueryResult<Row>>;

/** A connection that is the caller's until it is released. */
export interface Acquired {
  readonly client: ClientBase;
  /** With an error: the connection is closed. So is one that is left within a transaction. */
  readonly release: (error?: Error) => void;
}

/** One primary and its replicas. All methods reject with DatabaseClosedError after close(). */
export interface Database {
  /** Goes to a replica if it can only read as far as can be seen, to the primary in every other case. */
  readonly query: Query;
  /** The caller says that it only reads. What a replica refuses, the primary does, and next time at once. */
  readonly read: Query;
  /** On the primary. Rejects with OutcomeUnknownError when the connection broke before the answer. */
  readonly write: Query;
  /** The work may run more than once; what it does beside the database has to bear that. */
  transaction<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    options?: TransactionOptions,
  ): Promise<Result>;
  /** What the work writes, its later reads see, and what the position stands for too. */
  scope<Result>(work: () => Result, options?: { readonly after?: Position | undefined }): Result;
  /** Of the scope's last write, to be handed to another request or process; undefined when there was none. */
  position(): Promise<Position | undefined>;
  /** For cursors and COPY. In a scope, a replica is one that has replayed its writes, or else the primary. */
  acquire(role: "primary" | "replica", options?: { readonly signal?: AbortSignal }): Promise<Acquired>;
  status(): readonly DatabaseServerStatus[];
  /** Takes no more calls, waits for those that run as long as `closeSeconds`, then breaks them off. */
  close(): Promise<void>;
}
