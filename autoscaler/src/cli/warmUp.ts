/** Two samples of a pod make a rate. */
const roundsNeeded = 2;
/** Where the pods stay unknown: such a metric must not hold back the others, nor the process that decides. */
const attemptsAtMost = 4;

/** Counts the first scrapes of one metric: a replica without values must not take the place of one that has them. */
export class WarmUp {
  #rounds = 0;
  #attempts = 0;

  /** `known`: whether it was known which pods there are; none at all is a round as well. */
  scraped(known: boolean): void {
    this.#attempts += 1;
    if (known) this.#rounds += 1;
  }

  /** Once true it stays so. */
  get isDone(): boolean {
    return this.#rounds >= roundsNeeded || this.#attempts >= attemptsAtMost;
  }
}
