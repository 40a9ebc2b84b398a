import { Flight } from "./flight.ts";
import { boundMs } from "./memory.ts";
import type { Clock, Dropped, Freshness } from "./types.ts";

/** The flights of this process, one a key. */
export class Flights {
  readonly #clock: Clock;
  readonly #freshness: Freshness;
  readonly #flights = new Map<string, Flight>();

  constructor(clock: Clock, freshness: Freshness) {
    this.#clock = clock;
    this.#freshness = freshness;
  }

  /** Joins the key's flight, or starts one. */
  join(key: string, work: (flight: Flight) => Promise<unknown>): Flight {
    const now = this.#clock.now();
    const running = this.#flights.get(key);
    if (running && this.#joinable(running, now)) return running;
    // No invalidation would find it any more.
    if (running) running.detached = true;
    const flight = new Flight(now, this.#freshness, work);
    this.#flights.set(key, flight);
    const end = (): void => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    };
    flight.promise.then(end, end);
    return flight;
  }

  /** A flight whose callers have all gone is being aborted; an old one without word from Redis may have missed an invalidation. */
  #joinable({ signal, startedAt, generation }: Flight, now: number): boolean {
    if (signal.aborted) return false;
    const { generation: present, heardUntil } = this.#freshness;
    return now - startedAt <= boundMs || (generation === present && now - heardUntil <= boundMs);
  }

  drop({ keys, tags }: Dropped): void {
    // Which tags the values in flight bear is not known yet.
    for (const key of tags.length > 0 ? [...this.#flights.keys()] : keys) {
      const flight = this.#flights.get(key);
      if (flight) flight.detached = true;
      this.#flights.delete(key);
    }
  }
}
