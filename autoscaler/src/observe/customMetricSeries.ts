import { Counter, Gauge, type Registry } from "prom-client";
import { customMetricDefinitions as definitions, type MetricDefinition } from "./metricDefinitions.ts";

/** One round of scrapes, as far as the series tell it. */
export interface ScrapeRound {
  readonly measured: number;
  readonly missing: number;
  /** Ages of the values that are young enough, in seconds; undefined while the pods are unknown. */
  readonly ages: readonly number[] | undefined;
}

/** Keeps the series of custom.metrics.k8s.io. What is unknown has no series. */
export class CustomMetricSeries {
  readonly #requests: Counter;
  readonly #scrapes: Counter;
  readonly #pods: Gauge;
  readonly #age: Gauge;

  /** `metrics`: names of all that are served, so that their counters exist from the start. */
  constructor(registry: Registry, metrics: readonly string[]) {
    const shared = ({ name, help, labels }: MetricDefinition) => ({
      ...{ name, help, labelNames: [...labels], registers: [registry] },
    });
    this.#requests = new Counter(shared(definitions.requests));
    this.#scrapes = new Counter(shared(definitions.scrapes));
    this.#pods = new Gauge(shared(definitions.pods));
    this.#age = new Gauge(shared(definitions.age));
    for (const code of [200, 401, 403, 404, 503]) this.#requests.inc({ code }, 0);
    for (const metric of metrics)
      for (const outcome of ["measured", "missing"]) this.#scrapes.inc({ metric, outcome }, 0);
  }

  requested(code: number): void {
    this.#requests.inc({ code });
  }

  scraped(metric: string, { measured, missing, ages }: ScrapeRound): void {
    this.#scrapes.inc({ metric, outcome: "measured" }, measured);
    this.#scrapes.inc({ metric, outcome: "missing" }, missing);
    if (ages === undefined) this.#pods.remove({ metric });
    else this.#pods.set({ metric }, ages.length);
    if (ages === undefined || ages.length === 0) this.#age.remove({ metric });
    else this.#age.set({ metric }, Math.max(0, ...ages));
  }
}
