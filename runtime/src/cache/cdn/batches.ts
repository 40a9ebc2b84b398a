import { setTimeout as delay } from "node:timers/promises";

/** Bounded: whoever waits is a request or a deployment. */
export interface Retry {
  readonly attempts: number;
  /** Before the second attempt; doubles after each. Milliseconds. */
  readonly firstDelayMs: number;
}

export const defaultRetry: Retry = { attempts: 5, firstDelayMs: 500 };

/** Whether another attempt can help, and when the other side said to come back. */
export interface Failure {
  readonly error: Error;
  readonly again: boolean;
  readonly afterMs?: number | undefined;
}

export function inBatches<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/** Does `work` until it has no failure to tell. Throws the last failure's error, or the signal's reason. */
export async function retried(
  work: () => Promise<Failure | undefined>,
  { attempts, firstDelayMs }: Retry,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    const failure = await work();
    if (failure === undefined) return;
    if (!failure.again || attempt >= attempts) throw failure.error;
    await delay(failure.afterMs ?? firstDelayMs * 2 ** (attempt - 1), undefined, signal ? { signal } : {});
  }
}
