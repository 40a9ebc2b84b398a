/** Dropped readings are cut off in lots of this many: shifting the list at each reading would be quadratic. */
const compactAt = 256;

/** Mean growth of a counter over the last seconds, as PromQL's `rate()` and a proxy's buckets tell it. */
export class CounterWindow {
  readonly #seconds: number;
  readonly #times: number[] = [];
  readonly #totals: number[] = [];
  /** The latest reading that is as old as the window; until there is one, the first. */
  #head = 0;

  constructor(seconds: number) {
    this.#seconds = seconds;
  }

  /** One reading; one no later than the last is the same reading, seen again. */
  add(at: number, total: number): void {
    if (at <= (this.#times.at(-1) ?? -Infinity)) return;
    this.#times.push(at);
    this.#totals.push(total);
    while ((this.#times[this.#head + 1] ?? Infinity) <= at - this.#seconds) this.#head++;
    if (this.#head < compactAt) return;
    this.#times.splice(0, this.#head);
    this.#totals.splice(0, this.#head);
    this.#head = 0;
  }

  /** Per second, over the window or over all there is while that is shorter; undefined until two readings tell a growth. */
  get rate(): number | undefined {
    const last = this.#times.length - 1;
    if (last <= this.#head) return undefined;
    const at = this.#times[last] as number;
    const from = Math.max(this.#times[this.#head] as number, at - this.#seconds);
    return ((this.#totals[last] as number) - this.#totalAt(from)) / (at - from);
  }

  /** Between the first two readings, since ticks rarely fall on the edge of the window. */
  #totalAt(from: number): number {
    const [t0, t1] = [this.#times[this.#head] as number, this.#times[this.#head + 1] as number];
    const [y0, y1] = [this.#totals[this.#head] as number, this.#totals[this.#head + 1] as number];
    return y0 + ((y1 - y0) * (from - t0)) / (t1 - t0);
  }
}
