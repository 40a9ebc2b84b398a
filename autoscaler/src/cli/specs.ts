import type { MetricConfig } from "../config/metricSchema.ts";
import type { TargetConfig } from "../config/schema.ts";
import { toTargetSpec } from "../config/targetSpec.ts";
import type { TargetSpec } from "../core/model.ts";
import { readConfig } from "./files.ts";

/** Where a metric's value comes from, as far as somebody who simulates it has to know. */
export type MetricOrigin =
  | { readonly kind: "rabbitmq"; readonly count: "all" | "ready" }
  | { readonly kind: "prometheus" | "podMetrics" | "redis" | "cpu" | "memory" };

/** A target as the core decides on it. */
export interface PrintedTarget {
  /** Between two decisions. */
  readonly periodSeconds: number;
  /** One for each metric of the specification. */
  readonly origins: Readonly<Record<string, MetricOrigin>>;
  /** Names of the schedules; the specification's bounds are those outside all of them. */
  readonly schedules: readonly string[];
  readonly spec: TargetSpec;
}

/**
 * Prints the targets of a configuration as the core sees them, as one JSON array: all defaults filled in. Rejects with a
 * ConfigError or a UsageError.
 */
export async function specs(file: string, print: (text: string) => void): Promise<void> {
  const { targets } = await readConfig(file);
  print(JSON.stringify(targets.map(toPrinted), null, 2));
}

function toPrinted(target: TargetConfig): PrintedTarget {
  const { periodSeconds, metrics, schedules } = target;
  const origins = Object.entries(metrics).map(([name, metric]) => [name, originOf(metric)]);
  return {
    periodSeconds,
    origins: Object.fromEntries(origins) as PrintedTarget["origins"],
    schedules: schedules.map(({ name }) => name),
    spec: toTargetSpec(target),
  };
}

function originOf({ rabbitmq, prometheus, podMetrics, resource }: MetricConfig): MetricOrigin {
  if (rabbitmq !== undefined) return { kind: "rabbitmq", count: rabbitmq.count };
  if (resource !== undefined) return { kind: resource };
  if (prometheus !== undefined) return { kind: "prometheus" };
  return { kind: podMetrics === undefined ? "redis" : "podMetrics" };
}
