/** A status that is asked for at each scrape. */
export interface Pull<Status> {
  /** From now on this is asked; a later one replaces it. */
  readonly from: (source: () => Status | Promise<Status>) => void;
  /** Undefined while there is no source, or when it failed or did not answer in time. Never rejects. */
  status(): Promise<Status | undefined>;
}

/** Well below the 10 s that Prometheus gives a scrape: a source that hangs must not cost the whole page. */
const timeoutMilliseconds = 2000;

/** `failed` is told once for each question that had no answer. */
export function createPull<Status>(failed: () => void): Pull<Status> {
  let source: (() => Status | Promise<Status>) | undefined;
  let asked: Promise<Status> | undefined;
  let answer: Promise<Status | undefined> | undefined;

  const ask = async (): Promise<Status | undefined> => {
    if (source === undefined) return undefined;
    const question = source;
    // A source that still hangs is not asked again, or questions would pile up behind it.
    asked ??= (async () => question())().finally(() => (asked = undefined));
    try {
      return await within(asked);
    } catch {
      failed();
      return undefined;
    }
  };
  return {
    from(given) {
      source = given;
      asked = undefined;
    },
    // Several gauges are read in one scrape: they share one question.
    status: () => (answer ??= ask().finally(() => (answer = undefined))),
  };
}

async function within<Value>(promise: Promise<Value>): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new Error("no answer in time"));
  }, timeoutMilliseconds);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
