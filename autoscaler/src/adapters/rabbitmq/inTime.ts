/**
 * The result of `work`, or a rejection when the time is over or the signal aborts first. The work itself goes on: others may
 * share it. One plain timer, as the signals of `AbortSignal.timeout` cost more than the reads at hundreds a second.
 */
export async function inTime<Result>(work: Promise<Result>, seconds: number, signal?: AbortSignal): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new Error("no answer in time"));
  }, seconds * 1000);
  const abort = (): void => {
    reject(new Error("the read was ended early"));
  };
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted === true) abort();
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}
