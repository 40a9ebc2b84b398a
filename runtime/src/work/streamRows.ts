import type { ClientBase } from "pg";
import Cursor from "pg-cursor";
import { checkWhole } from "./bounds.ts";
import { LentConnection } from "./lentConnection.ts";

/** Whoever lends connections: a Database of `@jobsprint/runtime/database`, or anything that can do the same. */
export interface ConnectionSource {
  acquire(
    role: "primary" | "replica",
    options?: { signal?: AbortSignal },
  ): Promise<{
    readonly client: ClientBase;
    /** With an error the connection is closed rather than lent again. */
    release(error?: Error): void;
  }>;
}

export interface StreamOptions {
  /** Rows that are read at once and held in memory, 1 to 10000; 500 when absent. */
  readonly batchSize?: number;
  /** Ends the stream with its reason, also while the server still works. */
  readonly signal?: AbortSignal;
}

/**
 * The rows of one reading statement, a batch in memory at a time: the next is asked for when the last one is used up.
 * Each iteration runs the statement anew, in a read-only transaction on a replica's connection, which it holds until the
 * loop ends, by whatever way. Throws a RangeError on a bad option; the iteration rejects with the server's errors.
 */
export function streamRows<Row extends object>(
  source: ConnectionSource,
  text: string,
  values: readonly unknown[] = [],
  options: StreamOptions = {},
): AsyncIterable<Row> {
  const { batchSize = 500, signal } = options;
  checkWhole("streamRows", { name: "batchSize", value: batchSize, lowest: 1, highest: 10_000 });
  return {
    [Symbol.asyncIterator]: () => stream(source, () => new Cursor<Row>(text, [...values]), { batchSize, signal }),
  };
}

interface Reading {
  readonly batchSize: number;
  readonly signal: AbortSignal | undefined;
}

async function* stream<Row>(
  source: ConnectionSource,
  cursor: () => Cursor<Row>,
  { batchSize, signal }: Reading,
): AsyncGenerator<Row, void, undefined> {
  signal?.throwIfAborted();
  const lent = await source.acquire("replica", signal === undefined ? {} : { signal });
  const connection = new LentConnection<Row>(lent.client);
  try {
    await connection.open(cursor(), signal);
    let last = false;
    while (!last) {
      const rows = await connection.read(batchSize, signal);
      // Not full: another read would ask for nothing.
      last = rows.length < batchSize;
      for (const row of rows) {
        yield row;
        signal?.throwIfAborted();
      }
    }
  } finally {
    // Reached by the end, an error, an abort, and a consumer that leaves its loop.
    lent.release(await connection.finish());
  }
}
