/** Which directions somebody has paused by annotation. */
export type Pause = "up" | "down" | "both";

/** A target's count at one resourceVersion, with what people have written on its workload. */
export interface Scale {
  readonly replicas: number;
  readonly resourceVersion: string;
  readonly paused?: Pause;
  /** Other autoscalers of the same workload, as "HorizontalPodAutoscaler name"; absent while that is unknown. */
  readonly competitors?: readonly string[];
}

export interface ScaleTarget {
  /** Rejects with a ScaleError. */
  get(signal: AbortSignal): Promise<Scale>;
  /**
   * Writes only while this process may write and no other writer has changed the count since `scale` was read; rejects with a
   * ScaleError otherwise, of kind "notLeader" or "conflict".
   */
  patch(scale: Scale, replicas: number, signal: AbortSignal): Promise<void>;
}

export class ScaleError extends Error {
  readonly kind: "notFound" | "conflict" | "forbidden" | "unavailable" | "notLeader";

  constructor(kind: ScaleError["kind"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ScaleError";
    this.kind = kind;
  }
}
