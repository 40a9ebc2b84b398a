import type { CustomMetricConfig } from "./customMetricSchema.ts";
import { defaults } from "./defaults.ts";
import type { MetricConfig } from "./metricSchema.ts";
import type { AutoscalerConfig, TargetConfig } from "./schema.ts";

/** A served metric with everything that its target or the defaults say filled in. */
export interface ServedMetricConfig {
  readonly name: string;
  readonly namespace: string;
  readonly podMetrics: NonNullable<MetricConfig["podMetrics"]>;
  readonly periodSeconds: number;
  readonly maxAgeSeconds: number;
  /** Which pods: those with these labels, or those of the target of this name. */
  readonly pods: { readonly matchLabels: Readonly<Record<string, string>> } | { readonly target: string };
}

/** All metrics to be served. Throws for what the configuration's checks have missed. */
export function servedMetrics({ customMetrics, targets }: AutoscalerConfig): ServedMetricConfig[] {
  return (customMetrics?.metrics ?? []).map((metric) => {
    const target = targets.find(({ name }) => name === metric.target?.name);
    const served = metric.pods === undefined ? ofTarget(metric, target) : ofPods(metric, metric.pods);
    // For the compiler: the schema and the references have seen to it.
    if (served === undefined) throw new Error(`custom metric ${metric.name} has no pods`);
    return served;
  });
}

function ofPods(
  { name, podMetrics, periodSeconds, maxAgeSeconds }: CustomMetricConfig,
  { namespace, matchLabels }: NonNullable<CustomMetricConfig["pods"]>,
): ServedMetricConfig | undefined {
  if (podMetrics === undefined) return undefined;
  return {
    ...{ name, namespace, podMetrics, pods: { matchLabels } },
    periodSeconds: periodSeconds ?? defaults.customMetrics.periodSeconds,
    maxAgeSeconds: maxAgeSeconds ?? defaults.customMetrics.maxAgeSeconds,
  };
}

function ofTarget(metric: CustomMetricConfig, target: TargetConfig | undefined): ServedMetricConfig | undefined {
  const podMetrics = target?.metrics[metric.target?.metric ?? ""]?.podMetrics;
  if (target === undefined || podMetrics === undefined) return undefined;
  return {
    ...{ name: metric.name, podMetrics, pods: { target: target.name } },
    namespace: target.scaleTargetRef.namespace,
    periodSeconds: metric.periodSeconds ?? target.periodSeconds,
    maxAgeSeconds: metric.maxAgeSeconds ?? target.maxMetricAgeSeconds,
  };
}
