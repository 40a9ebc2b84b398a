/** What switches between 0 and 1; all triggers have an activation value of 0. */
export class KedaOperator {
  readonly #pollEvery: number;
  readonly #cooldownSeconds: number;
  #lastActive: number | undefined;

  constructor(pollEvery: number, cooldownSeconds: number) {
    this.#pollEvery = pollEvery;
    this.#cooldownSeconds = cooldownSeconds;
  }

  /** The count that the operator writes; undefined: it leaves the count alone. */
  poll(tick: number, now: number, seen: { readonly replicas: number; readonly active: boolean }): number | undefined {
    // Work came before the first look too, or there would not be any replicas.
    this.#lastActive ??= now;
    if (tick % this.#pollEvery !== 0) return undefined;
    if (seen.active) {
      this.#lastActive = now;
      return seen.replicas === 0 ? 1 : undefined;
    }
    return this.#lastActive + this.#cooldownSeconds < now ? 0 : undefined;
  }
}
