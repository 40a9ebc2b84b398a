import type { Reading } from "../../core/model.ts";
import type { MetricSource } from "../../ports/metricSource.ts";
import type { PodScraper } from "./podScraper.ts";

/** Mean rate per second of a counter over the target's Ready pods, read from the pods themselves. */
export class PodMetricsSource implements MetricSource {
  readonly #scraper: PodScraper;
  readonly #freshSeconds: number;

  /** `freshSeconds`: a round of another reader that is younger than that is not repeated. */
  constructor(scraper: PodScraper, freshSeconds = 0) {
    this.#scraper = scraper;
    this.#freshSeconds = freshSeconds;
  }

  async read(signal: AbortSignal): Promise<Reading> {
    const scraped = await this.#scraper.scrape(signal, this.#freshSeconds);
    if (scraped === undefined) return { error: "the target's pods are not known" };
    const { observedAt, results, unready } = scraped;
    if (results.length === 0) return { error: "the target has no Ready pod" };
    const rates = results.filter((result) => typeof result === "number");
    if (rates.length === 0)
      return { error: `${this.#scraper.sample}: no pod measured, first cause: ${String(results[0])}` };
    return {
      value: rates.reduce((sum, rate) => sum + rate, 0) / rates.length,
      observedAt,
      pods: { measured: rates.length, unready, missing: results.length - rates.length },
      // Rules count missing pods with care; a mean over the smaller part of the pods is no mean of the target.
      ...(rates.length * 2 < results.length
        ? { partial: `only ${rates.length} of ${results.length} pods measured` }
        : {}),
    };
  }
}
