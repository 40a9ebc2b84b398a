import type { Measurement, Reading } from "../../../core/model.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { MetricSource } from "../../../ports/metricSource.ts";
import { describeApiError } from "../api/apiError.ts";
import { groupPods } from "./groupPods.ts";
import type { GroupedPods } from "./groupPods.ts";
import type { KubernetesPod, Resource } from "./pod.ts";
import type { PodSamples } from "./podSamples.ts";

/** One resource of one target. */
export interface ResourceMetricOptions {
  readonly resource: Resource;
  readonly namespace: string;
  readonly pods: { list(): readonly KubernetesPod[] | undefined };
  /** Shared by all targets of the namespace. */
  readonly samples: Pick<PodSamples, "read">;
  readonly clock: Clock;
}

/** CPU or memory of a target in percent of the request, as HPA's `type: Resource`, `averageUtilization`. */
export class ResourceMetric implements MetricSource {
  readonly #options: ResourceMetricOptions;

  constructor(options: ResourceMetricOptions) {
    this.#options = options;
  }

  /** Percent of the request, 100 at the request; the age is that of the oldest sample. */
  async read(signal: AbortSignal): Promise<Reading> {
    const { resource, namespace, pods, samples, clock } = this.#options;
    try {
      const sampled = await samples.read(resource, signal);
      // After the samples, which may take seconds: a pod that has gone meanwhile must not be judged.
      const listed = pods.list();
      if (listed === undefined) return { error: "the target's pods are not known" };
      return utilization(groupPods(listed, sampled, resource, clock.now()), resource);
    } catch (error) {
      return { error: `metrics.k8s.io pods of ${namespace}: ${describeApiError(error)}` };
    }
  }
}

/** 100 × Σ usage ÷ Σ request over the measured pods: HPA's metrics/utilization.go, untruncated. */
export function utilization(
  { measured, unready, missing }: GroupedPods,
  resource: Resource,
): Measurement | { error: string } {
  // Without a sample there is no ratio; 0 % would ask for the minimum.
  if (measured.length === 0)
    return { error: `no pod has a sample of ${resource} (${unready} not ready, ${missing} without)` };
  let usage = 0;
  let request = 0;
  let observedAt = Infinity;
  for (const { pod, sample } of measured) {
    const container = pod.withoutRequest[resource];
    if (container !== undefined) return { error: `container ${container} of pod ${pod.name} requests no ${resource}` };
    usage += sample.usage;
    request += requestOf(pod, resource);
    // The oldest: a mean is as stale as its stalest part.
    observedAt = Math.min(observedAt, sample.observedAt);
  }
  // Requests of "0" are allowed by the API.
  if (request === 0) return { error: `the requests of ${resource} add up to 0` };
  return { value: (100 * usage) / request, observedAt, pods: { measured: measured.length, unready, missing } };
}

function requestOf(pod: KubernetesPod, resource: Resource): number {
  return (resource === "cpu" ? pod.cpuRequest : pod.memoryRequest) ?? 0;
}
