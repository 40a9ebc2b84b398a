import { setTimeout as delay } from "node:timers/promises";

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
