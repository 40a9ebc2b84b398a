/** Highest value of the last seconds: a deque whose values fall from front to back, so that each is pushed and dropped once. */
export class SlidingMax {
  readonly #seconds: number;
  #entries: { readonly at: number; readonly value: number }[] = [];

  constructor(seconds: number) {
    this.#seconds = seconds;
  }

  /** Adds `value` and tells the highest younger than the window; times grow. */
  add(at: number, value: number): number {
    while ((this.#entries.at(-1)?.value ?? Infinity) <= value) this.#entries.pop();
    this.#entries.push({ at, value });
    // Strict, as in the HPA and in Knative: what is as old as the window is out of it.
    while (at - (this.#entries[0]?.at ?? at) >= this.#seconds && this.#entries.length > 1) this.#entries.shift();
    return this.#entries[0]?.value ?? value;
  }
}
