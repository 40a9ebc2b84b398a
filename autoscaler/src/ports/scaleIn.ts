/** Prepares a target for losing pods, so that those without work in flight go first. */
export interface ScaleIn {
  /** Resolves to what was done, for the record; rejects when nothing could be prepared, which keeps no count from falling. */
  prepare(signal: AbortSignal): Promise<string>;
}
