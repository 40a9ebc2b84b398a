/** Settles as the promise does, or rejects with the signal's reason as soon as it aborts; the promise then goes unheard. */
export async function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return promise;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => {
    reject(reasonOf(signal));
  };
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    // A signal may live as long as the process: it must not keep every promise that once waited.
    signal.removeEventListener("abort", abort);
  }
}

/** What the caller gave to `abort`, as it is: the caller may compare it. */
export function reasonOf(signal: AbortSignal): Error {
  return signal.reason as Error;
}
