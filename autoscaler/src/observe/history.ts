import type { Telemetry, TickFailure, TickRecord } from "../ports/telemetry.ts";

/** Decisions kept over all targets, about 3 KB each: more would be most of the memory of a thousand targets. */
const maxRecords = 5000;
/** Of each target: two tell the present and where it came from; 500 are the last quarter of an hour at a tick of 2 s. */
const records = { fewest: 2, most: 500 } as const;

/**
 * Decisions kept of each of `targets` targets (one at least): memory stays the same for ten targets and for ten
 * thousand.
 */
export function historyCapacity(targets: number): number {
  return Math.min(records.most, Math.max(records.fewest, Math.floor(maxRecords / targets)));
}

/** The last decisions of each target, in memory, for HTTP; gone at a restart, where the decision log goes on. */
export class History implements Telemetry {
  /** Decisions of one target; also the largest `limit` that HTTP takes. */
  readonly capacity: number;
  /** Target → its records, oldest first. */
  readonly #records = new Map<string, TickRecord[]>();
  /** Only of targets whose last tick failed. */
  readonly #failures = new Map<string, TickFailure>();

  constructor(capacity: number = records.most) {
    this.capacity = capacity;
  }

  /** Forgets the target's failure: a decision was reached again. */
  decided(record: TickRecord): void {
    const kept = this.#records.get(record.target) ?? [];
    this.#records.set(record.target, kept);
    kept.push(record);
    // Shifted in place: a ring would save little at some hundred references.
    if (kept.length > this.capacity) kept.shift();
    this.#failures.delete(record.target);
  }

  /** Keeps the last decision beside it: what was known before is still worth showing. */
  failed(failure: TickFailure): void {
    this.#failures.set(failure.target, failure);
  }

  noted(): void {
    // Notes are for logs: HTTP tells what is so now.
  }

  /** Undefined for an unknown target and for one without a decision since the start. */
  latest(target: string): TickRecord | undefined {
    return this.#records.get(target)?.at(-1);
  }

  /** The failure after the latest decision, if any. */
  failure(target: string): TickFailure | undefined {
    return this.#failures.get(target);
  }

  /** At most `limit` records, newest first. */
  list(target: string, limit: number): readonly TickRecord[] {
    return (this.#records.get(target) ?? []).slice(-limit).reverse();
  }
}
