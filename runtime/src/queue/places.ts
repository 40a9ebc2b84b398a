import type { Channel } from "amqplib";
import type { Delivery } from "./delivery.ts";

/** So many handlers at once, whichever channels brought their messages: a lost channel does not end the work. */
export class Places {
  readonly #count: number;
  readonly #work: (delivery: Delivery) => Promise<void>;
  readonly #busy = new Map<Delivery, Promise<void>>();
  /** In order of arrival. The broker knows nothing of handlers that a lost channel left behind, and sends too many. */
  #held: Delivery[] = [];
  #isShut = false;
  #whenFree: (() => void) | undefined;

  /** `work` must not reject. */
  constructor(count: number, work: (delivery: Delivery) => Promise<void>) {
    this.#count = count;
    this.#work = work;
  }

  /** Begins the work as soon as there is a place. */
  take(delivery: Delivery): void {
    this.#held.push(delivery);
    this.#begin();
  }

  isFull(): boolean {
    return this.#busy.size >= this.#count;
  }

  /** Resolves when there is a place, or after `shut`. For one caller at a time. */
  async free(): Promise<void> {
    if (this.#isShut || !this.isFull()) return;
    await new Promise<void>((resolve) => (this.#whenFree = resolve));
  }

  /** No work begins from now on; what is taken is held. */
  shut(): void {
    this.#isShut = true;
    this.#whenFree?.();
  }

  /** Resolves when the work that has begun is done. */
  async done(): Promise<void> {
    await Promise.all(this.#busy.values());
  }

  /** Gives what is held back to the broker. */
  release(): void {
    for (const delivery of this.#held.splice(0)) delivery.settle("requeued");
  }

  /** The broker gives the messages of a channel, or all, to somebody else: handlers are told, held ones forgotten. */
  lose(reason: Error, channel?: Channel): void {
    const isLost = (delivery: Delivery): boolean => channel === undefined || delivery.isOpenOn(channel);
    this.#held = this.#held.filter((delivery) => !isLost(delivery));
    for (const delivery of this.#busy.keys()) if (isLost(delivery)) delivery.lose(reason);
  }

  #begin(): void {
    while (!this.#isShut && !this.isFull()) {
      const delivery = this.#held.shift();
      if (delivery === undefined) return;
      this.#busy.set(delivery, this.#run(delivery));
    }
  }

  async #run(delivery: Delivery): Promise<void> {
    await this.#work(delivery);
    this.#busy.delete(delivery);
    this.#whenFree?.();
    this.#begin();
  }
}
