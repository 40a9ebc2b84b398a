/** Jobs that wait, by their index, first come first served; a job that is returned goes to the head, as in RabbitMQ. */
export class Waiting {
  /** All jobs from here up to `#end` wait. */
  #head = 0;
  #end = 0;
  /** Latest first, so that the oldest is the cheapest to take. */
  readonly #returned: number[] = [];

  get length(): number {
    return this.#end - this.#head + this.#returned.length;
  }

  /** The next job arrives; jobs arrive in the order of their index. */
  arrive(): void {
    this.#end++;
  }

  /** The job that is next; only when one waits. */
  get first(): number {
    return this.#returned.at(-1) ?? this.#head;
  }

  /** Takes away the first one. */
  take(): void {
    if (this.#returned.pop() === undefined) this.#head++;
  }

  giveBack(job: number): void {
    const place = this.#returned.findIndex((other) => other < job);
    this.#returned.splice(place === -1 ? this.#returned.length : place, 0, job);
  }
}
