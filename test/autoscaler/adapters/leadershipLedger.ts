interface Interval {
  readonly who: string;
  readonly from: number;
  to: number;
}

/** Who called himself leader when, by samples on one machine's clock in ms. */
export class LeadershipLedger {
  readonly #intervals: Interval[] = [];
  readonly #open = new Map<string, Interval>();

  note(who: string, leads: boolean, at: number): void {
    const open = this.#open.get(who);
    if (!leads) this.#open.delete(who);
    else if (open !== undefined) open.to = at;
    else {
      const interval = { who, from: at, to: at };
      this.#intervals.push(interval);
      this.#open.set(who, interval);
    }
  }

  /** The leaders in the order of their terms. */
  get terms(): string[] {
    return this.#intervals.map(({ who }) => who);
  }

  /** Every pair of terms of different processes that have a moment in common. */
  get overlaps(): string[] {
    return this.#intervals.flatMap((a, index) =>
      this.#intervals
        .slice(index + 1)
        .filter((b) => a.who !== b.who && a.from <= b.to && b.from <= a.to)
        .map((b) => `${a.who} ${a.from}..${a.to} and ${b.who} ${b.from}..${b.to}`),
    );
  }
}
