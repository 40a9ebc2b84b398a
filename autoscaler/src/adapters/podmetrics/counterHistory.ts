import type { PodRate } from "../../ports/podRates.ts";

/** Over less a single event would be a high rate: who scrapes may have come right after another one. */
const leastSpanSeconds = 1;

/** What one scrape found, freed of the counter's restarts. */
interface CounterSample {
  readonly at: number;
  /** Increase since the first sample, over resets. */
  readonly increase: number;
}

/** Recent samples of one pod's counter. Times are epoch seconds. */
export class CounterHistory {
  readonly #windowSeconds: number;
  #samples: CounterSample[] = [];
  /** The counter as scraped, which a restart sets back; undefined before the first scrape. */
  #last: number | undefined;

  constructor(windowSeconds: number) {
    this.#windowSeconds = windowSeconds;
  }

  /** A value below the last one is a restarted counter: it has counted that much since (as in Prometheus' `increase`). */
  add(at: number, value: number): void {
    // After a clock that was set back the old samples would stand for ever as the newest.
    if (at < (this.#samples.at(-1)?.at ?? -Infinity)) this.#samples = [];
    const last = this.#samples.at(-1);
    if (at === last?.at) return;
    const step = this.#last === undefined ? 0 : value < this.#last ? value : value - this.#last;
    this.#last = value;
    // What is older than twice the window would average over a gap.
    const kept = this.#samples.filter((one) => at - one.at <= 2 * this.#windowSeconds);
    this.#samples = [...kept, { at, increase: (last?.increase ?? 0) + step }];
  }

  /** Over the window or as much of it as has been seen; undefined before two samples that are a second apart. */
  rate(): PodRate | undefined {
    const last = this.#samples.at(-1);
    if (last === undefined) return undefined;
    // The youngest that is a whole window old; a pod younger than the window is averaged over what there is.
    const before = this.#samples.findLast((one) => last.at - one.at >= this.#windowSeconds) ?? this.#samples[0];
    const windowSeconds = last.at - (before?.at ?? last.at);
    if (before === undefined || windowSeconds < leastSpanSeconds) return undefined;
    return { perSecond: (last.increase - before.increase) / windowSeconds, observedAt: last.at, windowSeconds };
  }
}
