import type { Telemetry, TickFailure, TickRecord } from "../ports/telemetry.ts";

/** Decisions kept over all targets, about 3 KB each. */
const maxRecords = 20_000;
const records = { fewest: 2, most: 500 } as const;

/** So many decisions are kept of each of `targets` targets. */
export function historyCapacity(targets: number): number {
  return Math.min(records.most, Math.max(records.fewest, Math.floor(maxRecords / targets)));
}

/** The last decisions of each target, in memory, for HTTP. */
export class History implements Telemetry {
  readonly capacity: number;
  readonly #records = new Map<string, TickRecord[]>();
  readonly #failures = new Map<string, TickFailure>();

  constructor(capacity: number = records.most) {
    this.capacity = capacity;
  }

  decided(record: TickRecord): void {
    const kept = this.#records.get(record.target) ?? [];
    this.#records.set(record.target, kept);
    kept.push(record);
    if (kept.length > this.capacity) kept.shift();
    this.#failures.delete(record.target);
  }

  failed(failure: TickFailure): void {
    this.#failures.set(failure.target, failure);
  }

  noted(): void {
    // Notes are for logs: HTTP tells what is so now.
  }

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
