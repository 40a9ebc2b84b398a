import { ExponentialBackoff, handleWhen, retry, type IBackoffFactory } from "cockatiel";
import type { DatabaseTelemetry } from "./telemetry.ts";

export type RetryReason = Parameters<DatabaseTelemetry["retry"]>[0];

export interface RetryRules {
  /** Undefined: the error is final. */
  readonly reasonOf: (error: unknown) => RetryReason | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly context: {
    /** No attempt begins later than this after the first failure. */
    readonly limits: { readonly retrySeconds: number };
    readonly telemetry?: Pick<DatabaseTelemetry, "retry"> | undefined;
    readonly now: () => number;
  };
}

// A failover takes seconds to minutes, and all processes come back at once: cockatiel's delays are spread at random.
const pauses = new ExponentialBackoff({ initialDelay: 50, maxDelay: 2000 });
// Time is the bound; cockatiel wants a number of attempts too.
const maxAttempts = 1000;

/** The second attempt follows at once, later ones after growing pauses. Rejects with the last error or the signal's reason. */
export async function withRetries<Result>(attempt: () => Promise<Result>, rules: RetryRules): Promise<Result> {
  try {
    return await attempt();
  } catch (error) {
    return goOnAfter(error, attempt, rules);
  }
}

/** The same where the first attempt has been made and failed. */
export async function goOnAfter<Result>(
  error: unknown,
  attempt: () => Promise<Result>,
  rules: RetryRules,
): Promise<Result> {
  const { reasonOf, context, signal } = rules;
  const reason = reasonOf(error);
  if (reason === undefined || context.limits.retrySeconds === 0 || signal?.aborted === true) throw error;
  context.telemetry?.retry(reason);
  return again(attempt, rules);
}

/** The same pauses, but none beyond the time that is left, in seconds. */
export function noLongerThan(factory: IBackoffFactory<unknown>, secondsLeft: () => number): IBackoffFactory<unknown> {
  return {
    next: (context) => {
      const backoff = factory.next(context);
      return {
        duration: Math.min(backoff.duration, 1000 * Math.max(0, secondsLeft())),
        ...noLongerThan(backoff, secondsLeft),
      };
    },
  };
}

async function again<Result>(attempt: () => Promise<Result>, rules: RetryRules): Promise<Result> {
  const { reasonOf, signal, context } = rules;
  const { limits, telemetry, now } = context;
  const deadline = now() + limits.retrySeconds;
  const worthwhile = (error: unknown): boolean =>
    signal?.aborted !== true && now() < deadline && reasonOf(error) !== undefined;
  const backoff = noLongerThan(pauses, () => deadline - now());
  const policy = retry(handleWhen(worthwhile), { maxAttempts, backoff });
  policy.onRetry((failure) => {
    const reason = "error" in failure ? reasonOf(failure.error) : undefined;
    if (reason !== undefined) telemetry?.retry(reason);
  });
  // An abort in the middle of an attempt is the attempt's: only it knows what has happened.
  let running = false;
  const tracked = async (): Promise<Result> => {
    running = true;
    try {
      return await attempt();
    } finally {
      running = false;
    }
  };
  if (signal === undefined) return policy.execute(tracked);
  const aborted = Promise.withResolvers<never>();
  // cockatiel sleeps on; an attempt that runs knows better what its abort means.
  const abort = (): void => {
    if (!running) aborted.reject(signal.reason as Error);
  };
  signal.addEventListener("abort", abort);
  try {
    return await Promise.race([policy.execute(tracked, signal), aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
