/** What a worker reports about a job it has finished. Times are epoch seconds. */
export interface DoneReport {
  readonly id: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  /** The broker had given it to another worker before. */
  readonly redelivered: boolean;
}

/** Jobs by what became of them; one may be in several of these. */
export interface JobCounts {
  /** Confirmed by the broker: from then on it answers for them. */
  readonly published: number;
  /** Refused or never confirmed: the publisher would have to try again. */
  readonly unconfirmed: number;
  readonly done: number;
  /** Jobs, not deliveries; done, but not at the first attempt. */
  readonly redelivered: number;
  /** Reported more than once: the worker went away between its report and the ack. */
  readonly doneTwice: number;
}

/** Keeps account of every job by its id: nothing is counted by the messages alone. */
export class Ledger {
  readonly #publishedAt = new Map<string, number>();
  readonly #confirmed = new Set<string>();
  readonly #done = new Map<string, DoneReport>();
  readonly #redelivered = new Set<string>();
  readonly #twice = new Set<string>();

  /** Sent at this time, epoch seconds; whether the broker has it is not known yet. */
  published(id: string, at: number): void {
    this.#publishedAt.set(id, at);
  }

  confirmed(id: string): void {
    this.#confirmed.add(id);
  }

  /** Reports may come before their confirm, twice, and in any order. */
  done(report: DoneReport): void {
    const { id } = report;
    if (report.redelivered) this.#redelivered.add(id);
    // The first report counts: the job was done then.
    if (this.#done.has(id)) this.#twice.add(id);
    else this.#done.set(id, report);
  }

  counts(): JobCounts {
    return {
      published: this.#confirmed.size,
      unconfirmed: this.#publishedAt.size - this.#confirmed.size,
      done: this.#done.size,
      redelivered: this.#redelivered.size,
      doneTwice: this.#twice.size,
    };
  }

  /** Confirmed jobs without a report. */
  missing(): number {
    return [...this.#confirmed].filter((id) => !this.#done.has(id)).length;
  }

  /** Wait of each job done: from its publishing to the start of its work, in the order of publishing. */
  waits(): readonly { readonly publishedAt: number; readonly startedAt: number; readonly waitSeconds: number }[] {
    // A job without a report has no wait, instead of a wait of zero.
    return [...this.#publishedAt].flatMap(([id, publishedAt]) => {
      const report = this.#done.get(id);
      if (report === undefined) return [];
      const { startedAt } = report;
      // Clocks are one and the same here, but they are read in milliseconds.
      return [{ publishedAt, startedAt, waitSeconds: Math.max(0, startedAt - publishedAt) }];
    });
  }
}

/** The smallest value that at least `share` of the values do not exceed (nearest rank); null without values. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
