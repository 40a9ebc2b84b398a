import { ApiException } from "@kubernetes/client-node";
import type { Clock } from "../../../ports/clock.ts";

/** Too many requests, and what a starting API server or a load balancer before it answers. */
const transientCodes = new Set([429, 500, 502, 503, 504]);
/** Their pauses add up to 0.6 s: a tick must not wait long for a server that is down. */
const maxTries = 3;
const firstPauseSeconds = 0.2;

/** The HTTP status of a refused call; undefined when no answer came. */
export function statusCode(error: unknown): number | undefined {
  return error instanceof ApiException ? error.code : undefined;
}

/** One line for logs and events: the server's own message, or the cause of a call that got no answer. */
export function describeApiError(error: unknown): string {
  if (error instanceof ApiException) return `HTTP ${error.code}: ${statusMessage(error.body)}`;
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "no answer in time";
  // fetch says only "fetch failed"; the reason is its cause.
  const cause = error.cause instanceof Error ? error.cause : undefined;
  return cause === undefined ? error.message : `${error.message}: ${cause.message || errorCode(cause)}`;
}

/** Repeats a read that the server was too busy for or that got no answer; writes are never repeated blindly. */
export async function retryRead<T>(read: () => Promise<T>, clock: Clock, signal: AbortSignal): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await read();
    } catch (error) {
      // The last error, not the first: it is the one that still holds.
      if (tries === maxTries || signal.aborted || !isTransient(error)) throw error;
      await clock.sleep(pauseSeconds(error, tries), signal);
    }
  }
}

/** Whether the server gave no answer, or one that any other call would have got as well. */
export function isOutage(error: unknown): boolean {
  const code = statusCode(error);
  return code === undefined || transientCodes.has(code);
}

function isTransient(error: unknown): boolean {
  const code = statusCode(error);
  if (code !== undefined) return transientCodes.has(code);
  // fetch reports a broken connection as a TypeError; a timeout has used the call's time up already.
  return error instanceof TypeError && error.cause !== undefined;
}

function pauseSeconds(error: unknown, tries: number): number {
  // API priority and fairness asks for 1 s with each 429; a longer wait would eat up the tick.
  const asked = error instanceof ApiException ? Number((error.headers as Record<string, string>)["retry-after"]) : NaN;
  return asked > 0 ? Math.min(asked, 1) : firstPauseSeconds * 2 ** (tries - 1);
}

function statusMessage(body: unknown): string {
  const status = typeof body === "string" ? parsed(body) : body;
  // Refusals are a Status of meta/v1; a proxy in between answers with a page.
  if (typeof status === "object" && status !== null && "message" in status && typeof status.message === "string")
    return status.message;
  // The begin alone: a proxy's page has no end.
  return typeof body === "string" ? body.trim().slice(0, 200) : "no message";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function errorCode(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
