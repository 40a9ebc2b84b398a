/** What the database module tells while it works; metrics/ turns it into series. Durations in seconds. */
export interface DatabaseTelemetry {
  /** A statement as its caller saw it, attempts and waits for a connection included. */
  query(event: {
    readonly route: "primary" | "replica";
    readonly outcome: "ok" | "error";
    readonly seconds: number;
  }): void;
  /**
   * A read that went to the primary: a replica refused it (25006), none is in rotation, or none has replayed the
   * context's last write yet.
   */
  fallback(reason: "refused" | "noReplica" | "behindWrite"): void;
  /** Another attempt after a lost connection, a failover or a serialization failure. */
  retry(reason: "connection" | "readOnly" | "serialization"): void;
}

/** One server or pooler at this moment. */
export interface DatabaseServerStatus {
  /** `primary`, `replica-1`, …: no address, so that a dashboard survives a move. */
  readonly name: string;
  readonly role: "primary" | "replica";
  /** Takes statements now. */
  readonly inRotation: boolean;
  /** Behind the primary; null while unknown, and for the primary. */
  readonly lagSeconds: number | null;
  readonly connections: {
    readonly busy: number;
    readonly idle: number;
    /** Callers that wait for a connection. */
    readonly waiting: number;
    readonly max: number;
  };
}
