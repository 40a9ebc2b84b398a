import { setTimeout as delay } from "node:timers/promises";
import type { ClientBase } from "pg";

/** Numbers by which runners find each other, within one database. */
export const lockKeys = { migrate: 7_241_001, partitions: 7_241_002 } as const;

const pauseMs = 200;
const defaultTimeoutSeconds = 600;

/**
 * Runs the work while no other session that asks for the same lock does; waits for it up to 600 s unless told otherwise.
 * Asks again and again instead of waiting in the server: a waiting query is an open transaction, and the other's
 * CREATE INDEX CONCURRENTLY would wait for it in turn. Not through a pooler by transaction: the lock is the session's.
 */
export async function withSessionLock<Result>(
  client: ClientBase,
  work: () => Promise<Result>,
  timeoutSeconds = defaultTimeoutSeconds,
): Promise<Result> {
  const deadline = performance.now() + timeoutSeconds * 1000;
  while (!(await obtained(client))) {
    if (performance.now() > deadline) throw new Error(`waited ${timeoutSeconds} s for another migration to end`);
    await delay(pauseMs);
  }
  try {
    return await work();
  } finally {
    // On a broken connection it is gone already.
    await client.query("select pg_advisory_unlock($1)", [lockKeys.migrate]).catch(() => undefined);
  }
}

async function obtained(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ obtained: boolean }>("select pg_try_advisory_lock($1) as obtained", [
    lockKeys.migrate,
  ]);
  return rows[0]?.obtained === true;
}
