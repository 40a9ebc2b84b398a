/** What the queue module tells while it works; metrics/ turns it into series. Durations in seconds. */
export interface QueueTelemetry {
  /** From the call to the broker's confirm or to giving up. */
  published(event: {
    readonly queue: string;
    readonly outcome: "confirmed" | "failed";
    readonly seconds: number;
  }): void;
  /** Lag: from publishing to delivery, by the publisher's clock; null where the message does not tell. */
  delivered(event: { readonly queue: string; readonly redelivered: boolean; readonly lagSeconds: number | null }): void;
  /** `requeued`: for another attempt, or because the channel was lost; `deadLettered`: can never be worked on. */
  settled(event: {
    readonly queue: string;
    readonly outcome: "acked" | "requeued" | "deadLettered";
    /** Of the handler. */
    readonly seconds: number;
  }): void;
}

export interface QueueStatus {
  readonly connected: boolean;
  /** Ready messages by queue; null while unknown, which is not zero. */
  readonly depth: Readonly<Record<string, number | null>>;
}
