import type { PoolClient, QueryResult } from "pg";
import { ConnectionLostError, NoConnectionError } from "../errors.ts";
import { cancelAndBreak } from "./cancel.ts";
import { isAnswer, isEnd, neverLeftPooler } from "./failure.ts";

export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[] | undefined;
  /** Prepares it under this name, once a connection. */
  readonly name?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A connection taken from a pool, on which nothing else runs. */
export interface OwnClient {
  readonly client: PoolClient;
  readonly server: string;
  /** It has ended, though its socket may not be closed yet. */
  readonly broken: () => boolean;
}

/** Error or result; broken: the connection is of no more use. */
export type Sent = (outcome: Error | QueryResult, broken: boolean) => void;

/** Runs it; calls back once. Aborting has the server cancel it and ends the connection. */
export function send(own: OwnClient, statement: Statement, done: Sent): void {
  const { client } = own;
  const { text, values = [], name, signal } = statement;
  if (own.broken()) {
    done(new NoConnectionError(own.server, "it broke while it was idle"), true);
    return;
  }
  // An aborted signal tells no listener any more.
  if (signal?.aborted === true) {
    done(signal.reason as Error, false);
    return;
  }
  let settled = false;
  let cancelled = false;
  const settle = (outcome: Error | QueryResult): void => {
    // pg calls a second time after values that it could not encode.
    if (settled) return;
    settled = true;
    signal?.removeEventListener("abort", abort);
    if (outcome instanceof Error) done(failureOf(own, outcome), cancelled || !isAnswer(outcome));
    else done(outcome, cancelled);
  };
  const abort = (): void => {
    cancelled = true;
    cancelAndBreak(client);
  };
  signal?.addEventListener("abort", abort, { once: true });
  const answered = (error: Error | null, result: QueryResult): void => {
    settle(error ?? result);
  };
  try {
    // pg copies an object key by key, which is a tenth of a short read.
    if (name === undefined) client.query(text, values as unknown[], answered);
    else client.query({ text, values: values as unknown[], name }, answered);
  } catch (error) {
    settle(error instanceof Error ? error : new Error(String(error)));
  }
}

/** An error of PostgreSQL or of the values stays as it is. */
function failureOf({ server, broken }: OwnClient, error: Error): Error {
  if (neverLeftPooler(error)) return new NoConnectionError(server, error);
  return isEnd(error) || (broken() && !isAnswer(error)) ? new ConnectionLostError(server, error) : error;
}
