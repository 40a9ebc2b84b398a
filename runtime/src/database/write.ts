import type { QueryResult } from "pg";
import type { Context } from "./context.ts";
import { ConnectionLostError, NoConnectionError, OutcomeUnknownError, ReadOnlyPrimaryError } from "./errors.ts";
import { withRetries, type RetryReason } from "./retry.ts";
import { codeOf, isAnswer, readOnlyCode, worthAnotherConnection } from "./servers/failure.ts";
import type { Lease, Server } from "./servers/server.ts";
import type { Statement } from "./servers/send.ts";

/** On the primary. Sent again only where nothing of it can have happened: never sent, or refused by a server in recovery. */
export async function write(context: Context, statement: Statement): Promise<QueryResult> {
  const scope = context.scopes.current;
  try {
    return await withRetries(() => attempt(context, statement), {
      reasonOf: reasonBeforeStart,
      signal: statement.signal,
      context,
    });
  } finally {
    // Also after a failure: the outcome may be unknown.
    scope?.wrote();
  }
}

/** Why a statement or a transaction of which nothing has run may be tried again. */
export function reasonBeforeStart(error: unknown): RetryReason | undefined {
  if (error instanceof NoConnectionError) return worthAnotherConnection(error) ? "connection" : undefined;
  return error instanceof ReadOnlyPrimaryError ? "readOnly" : undefined;
}

async function attempt({ primary }: Context, statement: Statement): Promise<QueryResult> {
  const lease = await primary.acquire(statement.signal);
  try {
    return await lease.run(statement);
  } catch (error) {
    const { signal } = statement;
    if (error instanceof ConnectionLostError)
      throw new OutcomeUnknownError("a write", signal?.aborted === true ? signal.reason : error);
    // The server's answer to our own cancelling: nothing of it has happened.
    if (signal?.aborted === true && isAnswer(error)) throw signal.reason;
    await throwIfReadOnly(primary, lease, error);
    throw error;
  } finally {
    lease.release();
  }
}

/** Throws ReadOnlyPrimaryError where the refusal came from a server in recovery, which can have written nothing. */
export async function throwIfReadOnly(primary: Server, lease: Lease, error: unknown): Promise<void> {
  if (codeOf(error) !== readOnlyCode) return;
  // On the same connection: a new one may lead to the new primary already.
  const answer = await primary.replayed.ask(lease.client).catch(() => undefined);
  if (answer?.standby !== true) return;
  primary.renew(lease.client);
  throw new ReadOnlyPrimaryError(error);
}
