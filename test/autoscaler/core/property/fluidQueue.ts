/** A plain account of a queue in small steps, which knows nothing of the rule's formulas. */

/** Messages published at one time, seconds from now. */
export interface Cohort {
  readonly publishedAt: number;
  readonly messages: number;
}

/** A replica, by when it begins to serve. */
export interface Server {
  readonly from: number;
}

export interface Began extends Cohort {
  /** When the last of the cohort began; Infinity: not within the time looked at. */
  readonly at: number;
}

const step = 0.25;

/** First come, first served; capacity that finds nothing to do is lost. Cohorts in the order of their publication. */
export function serve(cohorts: readonly Cohort[], servers: readonly Server[], rate: number, until: number): Began[] {
  const left = cohorts.map(({ messages }) => messages);
  const began = cohorts.map(() => Infinity);
  let head = 0;
  for (let now = 0; now < until; now += step) {
    let capacity = servers.reduce((sum, { from }) => sum + begun(now + step - from, rate) - begun(now - from, rate), 0);
    for (; head < cohorts.length && (cohorts[head]?.publishedAt ?? Infinity) <= now; head++) {
      const taken = Math.min(capacity, left[head] ?? 0);
      capacity -= taken;
      left[head] = (left[head] ?? 0) - taken;
      if ((left[head] ?? 0) > 1e-6) break;
      began[head] = now + step;
    }
  }
  return cohorts.map((cohort, index) => ({ ...cohort, at: began[index] ?? Infinity }));
}

/** Messages that a replica has begun so long after it began to serve: one at once. */
const begun = (seconds: number, rate: number): number => (seconds <= 0 ? 0 : Math.max(1, rate * seconds));

/** What arrives from now on, in small steps. */
export function arriving(rateAt: (seconds: number) => number, until: number): Cohort[] {
  return Array.from({ length: Math.ceil(until / step) }, (_, i) => ({
    publishedAt: i * step,
    messages: rateAt(i * step) * step,
  }));
}
