/** Prepares a target for losing pods, so that those without work in flight go first. */
export interface ScaleIn {
  /** Resolves to what was done, for the record; rejects when nothing could be prepared, which keeps no count from falling. */
  prepare(signal: AbortSignal): Promise<string>;
}

/** What the consumers of one pod hold. */
export interface Held {
  /** Messages delivered to them and not acknowledged yet. */
  readonly unacknowledged: number;
  /** Since when the last of them has had nothing to do, epoch seconds of the broker; absent where it does not tell. */
  readonly idleSince?: number;
}
