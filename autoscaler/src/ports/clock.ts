export interface Clock {
  /** Epoch seconds. */
  now(): number;
  /** Resolves after the time, or at once when the signal aborts; never rejects. */
  sleep(seconds: number, signal: AbortSignal): Promise<void>;
  /** Uniform in [0, 1): the jitter's randomness. */
  random(): number;
}

/** A clock that can tell whether it has been set. */
export interface SteadyClock extends Clock {
  /** Seconds since any moment, by a clock that nobody can set. */
  monotonic(): number;
}
