interface Sample {
  readonly at: number;
  readonly position: bigint;
}

const longest = 600;

/**
 * Where the primary was and when, by our own clock: a replica's clock may differ, and the time of its last replayed
 * transaction grows while the primary is idle and nothing is missing.
 */
export class PrimaryHistory {
  #samples: Sample[] = [];

  /** `at`: seconds, before the primary was asked. */
  add(at: number, position: bigint): void {
    const last = this.#samples.at(-1);
    // Another primary that has not all that the old one had: the old places mean nothing on its log.
    if (last !== undefined && position < last.position) this.#samples = [];
    this.#samples.push({ at, position });
    // The younger half in full, the older half thinned out: ten minutes and more by second, bounded.
    if (this.#samples.length > longest)
      this.#samples = this.#samples.filter((_, index) => index >= longest / 2 || index % 2 === 0);
  }

  /**
   * Seconds that a replica at this place is behind at most: it has all that was written up to the youngest sample it
   * reaches. Before the oldest sample it is at least so old, which counts as unknown (null) while the history is young.
   */
  lagSeconds(position: bigint, now: number, maxLagSeconds: number): number | null {
    const reached = this.#samples.findLast((sample) => sample.position <= position);
    if (reached !== undefined) return Math.max(0, now - reached.at);
    const [oldest] = this.#samples;
    const atLeast = oldest === undefined ? 0 : now - oldest.at;
    return atLeast > maxLagSeconds ? atLeast : null;
  }

  /** Seconds of the youngest sample. */
  get latestAt(): number {
    return this.#samples.at(-1)?.at ?? -Infinity;
  }
}
