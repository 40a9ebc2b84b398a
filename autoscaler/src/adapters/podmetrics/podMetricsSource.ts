import type { Reading } from "../../core/model.ts";
import type { Clock } from "../../ports/clock.ts";
import type { MetricSource } from "../../ports/metricSource.ts";
import type { Pod, TargetPods } from "../../ports/targetPods.ts";
import { CounterHistory } from "./counterHistory.ts";
import { scrape } from "./scrape.ts";
import { sumOfSamples } from "./sumOfSamples.ts";

/** Name of the family as its `# TYPE` line gives it. */
export type PodMetric = { readonly counter: string } | { readonly histogram: string };

/** Where each pod of one target tells its metrics, and which of them is read. */
export interface PodMetricsOptions {
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

/** So many sockets at once, however many pods a target has. */
const parallelScrapes = 32;

/** Mean rate per second of a counter over the target's Ready pods, read from the pods themselves. */
export class PodMetricsSource implements MetricSource {
  readonly #options: PodMetricsOptions;
  readonly #family: string;
  readonly #sample: string;
  /** Pod and address → its samples; a restarted autoscaler needs two reads before it has a rate. */
  readonly #histories = new Map<string, CounterHistory>();

  constructor(options: PodMetricsOptions) {
    const { metric } = options;
    this.#options = options;
    this.#family = "counter" in metric ? metric.counter : metric.histogram;
    this.#sample = "counter" in metric ? metric.counter : `${metric.histogram}_count`;
  }

  async read(signal: AbortSignal): Promise<Reading> {
    const listed = this.#options.pods.list();
    if (listed === undefined) return { error: "the target's pods are not known" };
    // A pod on its way out serves less and less, and one that has failed serves nothing: as in the HPA they belong to no group.
    const pods = listed.filter((pod) => !pod.terminating && pod.phase !== "Failed");
    this.#forgetAllBut(listed);
    const ready = pods.filter((pod) => pod.ready && pod.address !== "");
    if (ready.length === 0) return { error: "the target has no Ready pod" };
    // Before the scrapes: the slowest of them must not make the value look newer than it is.
    const observedAt = this.#options.clock.now();
    const results = await inParallel(ready, (pod) => this.#rate(pod, signal));
    const rates = results.filter((result) => typeof result === "number");
    if (rates.length === 0) return { error: `${this.#sample}: no pod measured, first cause: ${String(results[0])}` };
    return {
      value: rates.reduce((sum, rate) => sum + rate, 0) / rates.length,
      observedAt,
      pods: { measured: rates.length, unready: pods.length - ready.length, missing: ready.length - rates.length },
      // Rules count missing pods with care; a mean over the smaller part of the pods is no mean of the target.
      ...(rates.length * 2 < ready.length ? { partial: `only ${rates.length} of ${ready.length} pods measured` } : {}),
    };
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
      const value = sumOfSamples(page, this.#sample, this.#family);
      if (value === undefined) throw new Error(`the page has no ${this.#family}`);
      const history = this.#historyOf(pod);
      history.add(at, value);
      // Reported as missing, not as 0: a new pod has not been idle.
      return history.rate() ?? `pod ${pod.name}: first sample`;
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

/** At most `parallelScrapes` at a time, results in the order of the pods. */
async function inParallel<Result>(pods: readonly Pod[], work: (pod: Pod) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  const queue = pods.entries();
  const worker = async (): Promise<void> => {
    for (const [i, pod] of queue) results[i] = await work(pod);
  };
  await Promise.all(Array.from({ length: parallelScrapes }, worker));
  return results;
}
