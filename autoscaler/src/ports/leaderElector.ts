/** Of several replicas of this process, one acts. */
export interface LeaderElector {
  /** Whether this process may write now: it holds the lease, and by no clock has the lease run out. Asked right before each write. */
  isLeader(): boolean;
  /** Who held the lease when it was last seen; undefined when nobody did or that is unknown. */
  holder(): string | undefined;
  /**
   * Campaigns until the signal aborts. Each time the lease is won, `lead` runs with a signal that aborts when the lease is lost
   * or the campaign ends; the next campaign waits until `lead` has settled. Gives the lease up at the end. Never rejects.
   */
  run(lead: (term: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void>;
}
