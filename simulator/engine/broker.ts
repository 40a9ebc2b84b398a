import type { Statistics } from "../model.ts";

/** Messages since the start. */
export interface Counters {
  readonly published: number;
  readonly delivered: number;
  readonly acked: number;
}

interface Sample extends Counters {
  readonly at: number;
}

const nothing: Counters = { published: 0, delivered: 0, acked: 0 };

/** The statistics of a broker, which are of the last refresh and not of now. */
export class BrokerStatistics {
  readonly #lagSeconds: number;
  readonly #interval: number;
  /** Newest last. A broker that has idled before the start tells rates of zero, not nothing. */
  #samples: Sample[];
  #told: Statistics[] = [];
  nextRefresh: number;

  /** `phase`: seconds until the first refresh. */
  constructor(interval: number, lagSeconds: number, phase: number) {
    this.#interval = interval;
    this.#lagSeconds = lagSeconds;
    this.nextRefresh = phase;
    this.#samples = [2, 1].map((back) => ({ at: phase - back * interval, ...nothing }));
  }

  refresh(depth: { readonly ready: number; readonly unacknowledged: number }, counters: Counters): void {
    const at = this.nextRefresh;
    const [before, last] = this.#samples as [Sample, Sample];
    const now = { at, ...counters };
    const rate = (since: Sample, key: keyof Counters): number => (now[key] - since[key]) / (at - since.at);
    this.#told.push({
      observedAt: at,
      ...depth,
      published: counters.published,
      publishRateOfInterval: rate(last, "published"),
      publishRate: rate(before, "published"),
      deliverRate: rate(before, "delivered"),
      ackRate: rate(before, "acked"),
    });
    this.#samples = [last, now];
    this.nextRefresh = at + this.#interval;
  }

  /** What can be seen at `now`. */
  seenAt(now: number): Statistics | undefined {
    // Asked with growing times only, so what is older than the newest visible one is never asked for again.
    while (this.#told.length > 1 && (this.#told[1] as Statistics).observedAt + this.#lagSeconds <= now) {
      this.#told.shift();
    }
    const [oldest] = this.#told;
    return oldest !== undefined && oldest.observedAt + this.#lagSeconds <= now ? oldest : undefined;
  }
}
