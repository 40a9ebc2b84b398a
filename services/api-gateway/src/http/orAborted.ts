import { once } from "node:events";

/** The promise's value, or undefined as soon as the signal aborts: for what an answer need not wait for. It goes on by itself. */
export async function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value | undefined> {
  return Promise.race([promise, signal.aborted ? undefined : once(signal, "abort").then(() => undefined)]);
}
