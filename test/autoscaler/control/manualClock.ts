import type { SteadyClock } from "../../../autoscaler/src/ports/clock.ts";

interface Sleeper {
  readonly wakesAt: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test moves it. */
export class ManualClock implements SteadyClock {
  time: number;
  /** How far the wall clock was set; sleepers do not notice. */
  offset = 0;
  randomNumber = 0.5;
  #sleepers: Sleeper[] = [];

  constructor(time = 1000) {
    this.time = time;
  }

  now(): number {
    return this.time + this.offset;
  }

  monotonic(): number {
    return this.time;
  }

  random(): number {
    return this.randomNumber;
  }

  sleep(seconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper = { wakesAt: this.time + seconds, wake: resolve };
      this.#sleepers.push(sleeper);
      signal.addEventListener("abort", () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        resolve();
      });
    });
  }

  /** How many are asleep now. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  /** Moves on to each wake-up within `seconds` in turn, letting the woken code run until it waits again. */
  async advance(seconds: number): Promise<void> {
    const end = this.time + seconds;
    await settle();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next);
      this.time = Math.max(this.time, next.wakesAt);
      next.wake();
      await settle();
    }
    this.time = end;
  }

  #next(end: number): Sleeper | undefined {
    return this.#sleepers.filter(({ wakesAt }) => wakesAt <= end).sort((a, b) => a.wakesAt - b.wakesAt)[0];
  }
}

/** Lets everything that is due without time passing happen. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
