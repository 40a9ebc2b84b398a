/** One metric of the services. Dashboards, rules and docs/metrics.md depend on its name, so it is changed like a contract. */
export interface Definition<Label extends string = string> {
  /** With the unit as suffix where it is not a count, and `_total` for counters, as Prometheus asks. */
  readonly name: string;
  readonly type: "gauge" | "counter" | "histogram";
  /** Closed sets only, besides routes, servers and queues, which the code and the configuration bound. */
  readonly labels: readonly Label[];
  /** Also what the absence of the series means. */
  readonly help: string;
  /** What the person on call does with it. */
  readonly use: string;
  /** Upper bounds of a histogram, in its unit. */
  readonly buckets?: readonly number[];
}
