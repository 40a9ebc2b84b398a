import type { ClientBase } from "pg";
import type Cursor from "pg-cursor";
import { reasonOf, untilAborted } from "./abort.ts";

/** One connection for the time of one stream: knows what is open on it, and whether it can be lent again. */
export class LentConnection<Row> {
  readonly #client: ClientBase;
  #cursor: Cursor<Row> | undefined;
  /** Why nobody else may use the connection. */
  #broken: Error | undefined;
  /** Rejects the answer that is waited for now; there is at most one. */
  #giveUp: ((error: Error) => void) | undefined;

  constructor(client: ClientBase) {
    this.#client = client;
    // An unheard error event would end the process.
    client.on("error", this.#lose);
    client.on("end", this.#end);
  }

  /** Begins a transaction that can write nothing, even where a primary answers, and the statement in it. */
  async open(cursor: Cursor<Row>, signal: AbortSignal | undefined): Promise<void> {
    await this.#answer(this.#client.query("BEGIN READ ONLY"), signal);
    this.#cursor = this.#client.query(cursor);
  }

  /** The next rows, at most so many; none after the last. An abort gives the connection up with the statement. */
  async read(count: number, signal: AbortSignal | undefined): Promise<readonly Row[]> {
    const cursor = this.#cursor;
    if (cursor === undefined) return [];
    try {
      return await this.#answer(cursor.read(count), signal);
    } catch (error) {
      // The server has closed it with the error; a close of ours would wait for an answer that never comes.
      this.#cursor = undefined;
      throw error;
    }
  }

  /** Closes the statement and the transaction. Resolves to the reason not to lend the connection again, if there is one. */
  async finish(): Promise<Error | undefined> {
    try {
      if (this.#broken === undefined) await this.#answer(this.#close(), undefined);
    } catch (error) {
      this.#broken ??= error instanceof Error ? error : new Error(String(error));
    }
    this.#client.off("error", this.#lose);
    this.#client.off("end", this.#end);
    return this.#broken;
  }

  async #close(): Promise<void> {
    await this.#cursor?.close();
    // After an error, too: it ends a failed transaction as ROLLBACK does.
    await this.#client.query("COMMIT");
  }

  /** A lost connection does not answer everything that waits for it, a cursor's close for one. */
  async #answer<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
    const aborted = (): void => {
      // The server still works on the statement: only an end of the connection stops it.
      if (signal !== undefined) this.#broken = reasonOf(signal);
    };
    if (signal?.aborted === true) aborted();
    signal?.addEventListener("abort", aborted, { once: true });
    // One for each answer: a race with a promise that lives as long as the stream would keep every batch.
    const { promise: lost, reject } = Promise.withResolvers<never>();
    this.#giveUp = reject;
    if (this.#broken !== undefined) reject(this.#broken);
    try {
      return await untilAborted(Promise.race([promise, lost]), signal);
    } finally {
      this.#giveUp = undefined;
      signal?.removeEventListener("abort", aborted);
    }
  }

  readonly #lose = (error: Error): void => {
    this.#broken ??= error;
    this.#giveUp?.(error);
  };

  readonly #end = (): void => {
    this.#lose(new Error("streamRows: the connection was closed"));
  };
}
