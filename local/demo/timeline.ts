import type { Bounds } from "./options.ts";

/** The tiers at one moment; null: unknown, which is not zero. */
export interface TierSample {
  /** Messages that wait in the queue. */
  readonly backlog: number | null;
  /** The workers' pods Ready now, as the watch knows them. */
  readonly readyReplicas: number;
  /** What the autoscaler last asked for. */
  readonly desiredReplicas: number | null;
  /** What the autoscaler says about its last decision. */
  readonly explanation: string | null;
  /** Absent where the gateway is one process that nobody scales. */
  readonly gateway?: GatewaySample;
}

/** The gateway's tier at one moment. */
export interface GatewaySample {
  readonly readyReplicas: number;
  /** What the HPA last asked for. */
  readonly desiredReplicas: number | null;
  /** Requests per second of one pod on average, as the HPA has last read them. */
  readonly requestsPerSecond: number | null;
}

/** The state of a run at one moment. */
export interface Sample extends TierSample {
  /** Seconds since the start of publishing. */
  readonly at: number;
  /** Jobs accepted by the gateway so far. */
  readonly published: number;
  readonly done: number;
  /** Longest wait among the jobs whose work began in the last seconds. */
  readonly waitSeconds: number | null;
}

/** Whether a tier is, and is asked to be, at its minimum. */
export const isAtMinimum = (
  tier: { readonly readyReplicas: number; readonly desiredReplicas: number | null } | undefined,
  { minReplicas }: Bounds,
): boolean => tier?.desiredReplicas === minReplicas && tier.readyReplicas === minReplicas;

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
