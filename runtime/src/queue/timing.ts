import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";

/** Seconds beyond a grace time, for the broker's last answers. */
export const reserveSeconds = 2;

/** Tells how much is left of a time that begins now, in seconds and never below zero. */
export function countdown(seconds: number): () => number {
  const end = performance.now() + seconds * 1000;
  return () => Math.max(0, end - performance.now()) / 1000;
}

/** Resolves after the time, or at once when a signal aborts; never rejects. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
}

/** Whether the promise settles within the time, either way. */
export async function within(seconds: number, promise: Promise<unknown>): Promise<boolean> {
  const timer = new AbortController();
  const timeout = delay(seconds * 1000, false, { signal: timer.signal }).catch(() => false);
  const settled = promise.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([settled, timeout]);
  } finally {
    timer.abort();
  }
}
