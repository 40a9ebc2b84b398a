import type { Clock } from "../../ports/clock.ts";
import type { PodRate, PodRates } from "../../ports/podRates.ts";
import type { Pod, TargetPods } from "../../ports/targetPods.ts";
import { CounterHistory } from "./counterHistory.ts";
import { inParallel } from "./inParallel.ts";
import { scrape } from "./scrape.ts";
import { sumOfSamples } from "./sumOfSamples.ts";

/** Name of the family as its `# TYPE` line gives it. */
export type PodMetric = { readonly counter: string } | { readonly histogram: string };

/** Where each pod of one group tells its metrics, and which of them is read. */
export interface PodScraperOptions {
  /** Of the container, not of a Service: each pod is asked for itself. */
  readonly port: number;
  readonly path: string;
  /** A counter, or a histogram or summary of which the count of observations is taken. */
  readonly metric: PodMetric;
  /** Shorter reacts sooner and jumps more; below the time between two reads it makes no difference. */
  readonly windowSeconds: number;
  readonly pods: TargetPods;
  readonly clock: Clock;
  /** Of one pod's answer; 1 by default. */
  readonly timeoutSeconds?: number;
}

/** One round over all pods. */
export interface Scraped {
  /** When the round began, epoch seconds. */
  readonly observedAt: number;
  /** Of each Ready pod its rate per second, or why it has none. */
  readonly results: readonly (number | string)[];
  /** Pods that were not asked, since they are not Ready. */
  readonly unready: number;
}

/** So many sockets at once, however many pods a target has. */
const parallelScrapes = 32;

/** Reads a counter from the pods themselves and remembers the rate of each. */
export class PodScraper implements PodRates {
  /** Name of the samples that are summed. */
  readonly sample: string;
  readonly #options: PodScraperOptions;
  readonly #family: string;
  /** Pod and address → its samples; a restarted autoscaler needs two reads before it has a rate. */
  readonly #histories = new Map<string, CounterHistory>();
  #running: Promise<Scraped | undefined> | undefined;
  /** The last round that nobody ended early. */
  #last: Scraped | undefined;

  constructor(options: PodScraperOptions) {
    const { metric } = options;
    this.#options = options;
    this.#family = "counter" in metric ? metric.counter : metric.histogram;
    this.sample = "counter" in metric ? metric.counter : `${metric.histogram}_count`;
  }

  /**
   * Asks every Ready pod once; undefined while the pods are not known. Never rejects. A caller that comes while a round is
   * under way gets that round, as the signal of its beginner ends it: samples of two rounds would come out of order. A round
   * that began less than `freshSeconds` ago is answer enough: who scrapes for several must not ask each pod for each of them.
   */
  scrape(signal: AbortSignal, freshSeconds = 0): Promise<Scraped | undefined> {
    const age = this.#options.clock.now() - (this.#last?.observedAt ?? -Infinity);
    if (this.#running === undefined && age >= 0 && age < freshSeconds) return Promise.resolve(this.#last);
    this.#running ??= this.#round(signal).finally(() => (this.#running = undefined));
    return this.#running;
  }

  rateOf(pod: Pod): PodRate | undefined {
    return this.#histories.get(keyOf(pod))?.rate();
  }

  async #round(signal: AbortSignal): Promise<Scraped | undefined> {
    const listed = this.#options.pods.list();
    if (listed === undefined) return undefined;
    this.#forgetAllBut(listed);
    // A pod on its way out serves less and less, and one that has failed serves nothing: as in the HPA they belong to no group.
    const pods = listed.filter((pod) => !pod.terminating && pod.phase !== "Failed");
    const ready = pods.filter((pod) => pod.ready && pod.address !== "");
    // Before the scrapes: the slowest of them must not make the value look newer than it is.
    const observedAt = this.#options.clock.now();
    const results = await inParallel(ready, parallelScrapes, (pod) => this.#rate(pod, signal));
    const scraped = { observedAt, results, unready: pods.length - ready.length };
    this.#last = signal.aborted ? undefined : scraped;
    return scraped;
  }

  /** The pod's rate, or why it has none. */
  async #rate(pod: Pod, signal: AbortSignal): Promise<number | string> {
    const { port, path, clock, timeoutSeconds = 1 } = this.#options;
    // In a URL an IPv6 address stands in brackets.
    const host = pod.address.includes(":") ? `[${pod.address}]` : pod.address;
    try {
      const at = clock.now();
      const page = await scrape(
        `http://${host}:${port}${path}`,
        AbortSignal.any([signal, AbortSignal.timeout(timeoutSeconds * 1000)]),
      );
      const value = sumOfSamples(page, this.sample, this.#family);
      if (value === undefined) throw new Error(`the page has no ${this.#family}`);
      const history = this.#historyOf(pod);
      history.add(at, value);
      // Reported as missing, not as 0: a new pod has not been idle.
      return history.rate()?.perSecond ?? `pod ${pod.name}: first sample`;
    } catch (error) {
      return `pod ${pod.name} at ${host}:${port}${path}: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  #historyOf(pod: Pod): CounterHistory {
    const known = this.#histories.get(keyOf(pod));
    if (known !== undefined) return known;
    const history = new CounterHistory(this.#options.windowSeconds);
    this.#histories.set(keyOf(pod), history);
    return history;
  }

  #forgetAllBut(pods: readonly Pod[]): void {
    const keys = new Set(pods.map(keyOf));
    for (const key of this.#histories.keys()) if (!keys.has(key)) this.#histories.delete(key);
  }
}

/** A StatefulSet's pod comes back under its old name with another address: its counter is another one. */
function keyOf(pod: Pod): string {
  return `${pod.name} ${pod.address}`;
}
