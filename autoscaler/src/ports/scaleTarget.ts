/** The scale subresource of a target at one resourceVersion. */
export interface Scale {
  readonly replicas: number;
  readonly resourceVersion: string;
}

export interface ScaleTarget {
  /** Rejects with a ScaleError. */
  get(signal: AbortSignal): Promise<Scale>;
  /** Writes only if no other writer has changed the count since `scale` was read; rejects with a ScaleError of kind "conflict" otherwise. */
  patch(scale: Scale, replicas: number, signal: AbortSignal): Promise<void>;
}

export class ScaleError extends Error {
  readonly kind: "notFound" | "conflict" | "forbidden" | "unavailable";

  constructor(kind: ScaleError["kind"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ScaleError";
    this.kind = kind;
  }
}
