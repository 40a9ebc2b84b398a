/** What is known of a job that was worked on to its end. Times are epoch seconds. */
export interface DoneReport {
  readonly id: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  /** The broker had given it to another worker before. */
  readonly redelivered: boolean;
  /** `before`: it was finished already, perhaps by a worker that died before its report. */
  readonly done?: "now" | "before";
}

/** Jobs by what became of them; one may be in several of these. */
export interface JobCounts {
  /** Accepted by the gateway (202), which has them in the database and in the queue: from then on it answers for them. */
  readonly published: number;
  /** Refused or never answered: the caller would have to ask again. */
  readonly refused: number;
  readonly done: number;
  /** Jobs, not deliveries; done, but not at the first attempt. */
  readonly redelivered: number;
  /** Worked on to the end more than once: the worker went away between the end of the work and its commit. */
  readonly doneTwice: number;
}

/** When what became of a job; undefined: not yet, or nobody has told. */
export type JobTimes = Readonly<Record<"askedAt" | "acceptedAt" | "startedAt" | "finishedAt", number | undefined>>;

/** Keeps account of every job by its id: nothing is counted by the messages alone. */
export class Ledger {
  readonly #publishedAt = new Map<string, number>();
  readonly #acceptedAt = new Map<string, number>();
  readonly #startedAt = new Map<string, number>();
  /** When each one was done. */
  readonly #done = new Map<string, number>();
  readonly #redelivered = new Set<string>();
  readonly #twice = new Set<string>();

  /** Asked for at this time, epoch seconds; whether the gateway takes it is not known yet. */
  published(id: string, at: number): void {
    this.#publishedAt.set(id, at);
  }

  /** The gateway has answered so at this time, epoch seconds. */
  accepted(id: string, at: number): void {
    this.#acceptedAt.set(id, at);
  }

  /** A worker has begun it, epoch seconds; the first start counts. */
  started(id: string, at: number): void {
    if (!this.#startedAt.has(id)) this.#startedAt.set(id, at);
  }

  /** Reports may come before the gateway's answer, twice, and in any order. */
  done({ id, startedAt, finishedAt, redelivered, done }: DoneReport): void {
    if (redelivered) this.#redelivered.add(id);
    // The first report counts: the job was done then.
    if (this.#done.has(id)) {
      if (done !== "before") this.#twice.add(id);
      return;
    }
    this.#done.set(id, finishedAt);
    this.started(id, startedAt);
  }

  counts(): JobCounts {
    return {
      published: this.#acceptedAt.size,
      refused: this.#publishedAt.size - this.#acceptedAt.size,
      done: this.#done.size,
      redelivered: this.#redelivered.size,
      doneTwice: this.#twice.size,
    };
  }

  /** Accepted jobs that are not done, in the order in which they were accepted. */
  missing(): readonly string[] {
    return [...this.#acceptedAt.keys()].filter((id) => !this.#done.has(id));
  }

  /** What is known of one job, epoch seconds. */
  times(id: string): JobTimes {
    return {
      askedAt: this.#publishedAt.get(id),
      acceptedAt: this.#acceptedAt.get(id),
      startedAt: this.#startedAt.get(id),
      finishedAt: this.#done.get(id),
    };
  }

  /** Wait of each job begun: from the request for it to the start of its work, in the order of the requests. */
  waits(): readonly { readonly publishedAt: number; readonly startedAt: number; readonly waitSeconds: number }[] {
    // A job that nobody has begun has no wait, instead of a wait of zero.
    return [...this.#publishedAt].flatMap(([id, publishedAt]) => {
      const startedAt = this.#startedAt.get(id);
      if (startedAt === undefined) return [];
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
