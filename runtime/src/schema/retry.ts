import { ExponentialBackoff, handleWhen, retry } from "cockatiel";
import { DatabaseError } from "pg";
import type { Logger } from "./logger.ts";

/**
 * Milliseconds to wait for a strong lock. While we wait, everybody behind us waits too. Below PostgreSQL's
 * deadlock_timeout (1 s), so that in a deadlock we give way and no writer is chosen as the victim.
 */
export const lockTimeoutMs = 500;

/** SQLSTATE of what another attempt may cure: lock_not_available, deadlock_detected. */
const passing = new Set(["55P03", "40P01"]);

/** About four minutes with the pauses below. */
const defaultAttempts = 60;

export interface RetryOptions {
  readonly logger: Logger;
  /** How often at most, the first time included; 60 when absent. */
  readonly attempts?: number;
}

/** Runs the work again as long as it fails for a lock. The work must leave nothing half done: a transaction, or restartable. */
export async function retryLocked<Result>(work: () => Promise<Result>, options: RetryOptions): Promise<Result> {
  const { logger, attempts = defaultAttempts } = options;
  const policy = retry(handleWhen(isPassing), {
    maxAttempts: attempts - 1,
    backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: 4000 }),
  });
  policy.onRetry(({ attempt }) => {
    logger.warn({ attempt }, "somebody holds a lock, trying again");
  });
  return policy.execute(work);
}

const isPassing = (error: unknown): boolean => error instanceof DatabaseError && passing.has(error.code ?? "");
