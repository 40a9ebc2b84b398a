/** Seconds between attempts at one message. */
export interface RetryPauses {
  readonly firstSeconds: number;
  readonly longestSeconds: number;
}

/** With 20 deliveries about seven minutes: longer than a failover, shorter than the broker's patience for an ack. */
export const defaultRetry: RetryPauses = { firstSeconds: 1, longestSeconds: 30 };

/**
 * Milliseconds before the attempt after this one (from 1): doubling, with half of it by chance, so that messages that
 * failed together do not come back together. `random` lies in [0, 1).
 * Equal jitter of https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function retryPauseMs(attempt: number, random: number, pauses: RetryPauses = defaultRetry): number {
  const { firstSeconds, longestSeconds } = pauses;
  const ceiling = Math.min(longestSeconds, firstSeconds * 2 ** (attempt - 1));
  return 1000 * ceiling * (0.5 + random / 2);
}
