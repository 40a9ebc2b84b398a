import { Counter, Gauge, type Registry } from "prom-client";
import { customMetricDefinitions as definitions, type MetricDefinition } from "./metricDefinitions.ts";

/** One round of scrapes, as far as the series tell it. */
export interface ScrapeRound {
  readonly measured: number;
  readonly missing: number;
  /** Ages of the values that are young enough, in seconds; undefined while the pods are unknown. */
  readonly ages: readonly number[] | undefined;
}

/** Which metric: its name may stand for the pods of several namespaces. */
export interface MetricLabels {
  readonly namespace: string;
  readonly name: string;
}

/** Keeps the series of custom.metrics.k8s.io. What is unknown has no series. */
export class CustomMetricSeries {
  readonly #requests: Counter;
  readonly #scrapes: Counter;
  readonly #pods: Gauge;
  readonly #age: Gauge;

  /** `metrics`: all that are served, so that their counters exist from the start. */
  constructor(registry: Registry, metrics: readonly MetricLabels[]) {
    const shared = ({ name, help, labels }: MetricDefinition) => ({
      ...{ name, help, labelNames: [...labels], registers: [registry] },
    });
    this.#requests = new Counter(shared(definitions.requests));
    this.#scrapes = new Counter(shared(definitions.scrapes));
    this.#pods = new Gauge(shared(definitions.pods));
    this.#age = new Gauge(shared(definitions.age));
    for (const code of [200, 401, 403, 404, 503]) this.#requests.inc({ code }, 0);
    for (const metric of metrics)
      for (const outcome of ["measured", "missing"]) this.#scrapes.inc({ ...labelsOf(metric), outcome }, 0);
  }

  requested(code: number): void {
    this.#requests.inc({ code });
  }

  scraped(metric: MetricLabels, { measured, missing, ages }: ScrapeRound): void {
    const labels = labelsOf(metric);
    this.#scrapes.inc({ ...labels, outcome: "measured" }, measured);
    this.#scrapes.inc({ ...labels, outcome: "missing" }, missing);
    if (ages === undefined) this.#pods.remove(labels);
    else this.#pods.set(labels, ages.length);
    if (ages === undefined || ages.length === 0) this.#age.remove(labels);
    else this.#age.set(labels, Math.max(0, ...ages));
  }
}

// Not `namespace`: that is where Prometheus has found the autoscaler.
const labelsOf = ({ namespace, name }: MetricLabels): Record<string, string> => ({
  pods_namespace: namespace,
  metric: name,
});
