/** Counts that may be played; `initial` is what there is before the first step. */
export interface Counts {
  readonly least: number;
  readonly most: number;
  readonly initial: number;
}

/** In replica-seconds: a step lasts `seconds`, demand that is not met costs `price` times its share, a start `start`. */
export interface Costs {
  readonly seconds: number;
  readonly price: number;
  readonly start: number;
}

/** Sums of the same terms in another order differ by less. Relative. */
const noise = 1e-9;

/**
 * Work functions of lazy capacity provisioning: for each count, the least cost of all schedules that end there. O(counts) a step.
 * Two of them matter: one pays for ups, the other for downs; the second is the first − start·x, up to a constant.
 */
export class WorkFunctions {
  readonly #counts: Counts;
  readonly #costs: Costs;
  /** Cost of ending at `least + i`, ups paid, less the lowest of all. */
  readonly #cost: Float64Array;
  #played: number;

  constructor(counts: Counts, costs: Costs) {
    const { least, most, initial } = counts;
    this.#counts = counts;
    this.#costs = costs;
    this.#played = Math.min(most, Math.max(least, initial));
    this.#cost = new Float64Array(most - least + 1).fill(Infinity);
    this.#cost[this.#played - least] = 0;
  }

  /** Adds a step with that demand in replicas, and tells the count to play: the last one, moved between both bounds. */
  next(demand: number): number {
    this.#move();
    this.#serve(demand);
    const { lower, upper } = this.bounds;
    this.#played = Math.min(upper, Math.max(lower, this.#played));
    return this.#played;
  }

  /** The count that would be best by now if ups were paid (the least of them), and if downs were (the greatest). */
  get bounds(): { readonly lower: number; readonly upper: number } {
    const { least } = this.#counts;
    const { start } = this.#costs;
    const cost = this.#cost;
    let [lower, upper] = [0, 0];
    let [lowest, lowestPaidDown] = [Infinity, Infinity];
    for (let i = 0; i < cost.length; i++) {
      const up = cost[i] as number;
      const down = up - start * i;
      const slack = noise * (1 + Math.abs(down));
      if (up < lowest - slack) [lower, lowest] = [i, up];
      if (down <= lowestPaidDown + slack) [upper, lowestPaidDown] = [i, Math.min(down, lowestPaidDown)];
    }
    return { lower: least + lower, upper: least + upper };
  }

  /** From any count to any other: a start costs, an end does not. */
  #move(): void {
    const cost = this.#cost;
    const { start } = this.#costs;
    for (let i = 1; i < cost.length; i++) cost[i] = Math.min(cost[i] as number, (cost[i - 1] as number) + start);
    for (let i = cost.length - 2; i >= 0; i--) cost[i] = Math.min(cost[i] as number, cost[i + 1] as number);
  }

  #serve(demand: number): void {
    const { least } = this.#counts;
    const { seconds, price } = this.#costs;
    const cost = this.#cost;
    let lowest = Infinity;
    for (let i = 0; i < cost.length; i++) {
      const replicas = least + i;
      cost[i] = (cost[i] as number) + seconds * (replicas + price * Math.max(0, demand - replicas));
      lowest = Math.min(lowest, cost[i] as number);
    }
    // Only differences matter, and sums of hours would lose their digits.
    for (let i = 0; i < cost.length; i++) cost[i] = (cost[i] as number) - lowest;
  }
}
