/** The state at one moment; null: unknown, which is not zero. */
export interface Sample {
  /** Seconds since the start of publishing. */
  readonly at: number;
  /** Jobs accepted by the gateway so far. */
  readonly published: number;
  readonly done: number;
  /** Messages that wait in the queue. */
  readonly backlog: number | null;
  /** Pods Ready now, as the watch knows them. */
  readonly readyReplicas: number;
  /** What the autoscaler last asked for. */
  readonly desiredReplicas: number | null;
  /** Longest wait among the jobs whose work began in the last seconds. */
  readonly waitSeconds: number | null;
  /** What the autoscaler says about its last decision. */
  readonly explanation: string | null;
}

/** Calls `sample` once a period, never two at a time, until stopped; the function returned waits for the last. */
export function everyPeriod(milliseconds: number, sample: () => Promise<void>): () => Promise<void> {
  let stopped = false;
  let busy = false;
  let running = Promise.resolve();
  const once = async (): Promise<void> => {
    busy = true;
    try {
      if (!stopped) await sample();
    } finally {
      busy = false;
    }
  };
  const timer = setInterval(() => {
    // A slow sample costs the next one, instead of piling up.
    if (!busy) running = once();
  }, milliseconds);
  return async () => {
    stopped = true;
    clearInterval(timer);
    await running;
  };
}
