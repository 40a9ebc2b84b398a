import type { Telemetry, TickFailure, TickRecord } from "../ports/telemetry.ts";

/** The last decisions of each target, in memory, for HTTP. */
export class History implements Telemetry {
  readonly capacity: number;
  readonly #records = new Map<string, TickRecord[]>();
  readonly #failures = new Map<string, TickFailure>();

  constructor(capacity = 500) {
    this.capacity = capacity;
  }

  decided(record: TickRecord): void {
    const records = this.#records.get(record.target) ?? [];
    this.#records.set(record.target, records);
    records.push(record);
    if (records.length > this.capacity) records.shift();
    this.#failures.delete(record.target);
  }

  failed(failure: TickFailure): void {
    this.#failures.set(failure.target, failure);
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
