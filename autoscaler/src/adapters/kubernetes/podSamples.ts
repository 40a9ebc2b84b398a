import { CustomObjectsApi } from "@kubernetes/client-node";
import type { KubeConfig, PodMetricsList } from "@kubernetes/client-node";
import type { Clock } from "../../ports/clock.ts";
import { retryRead } from "./apiError.ts";
import { callOptions } from "./client.ts";
import type { PodSample } from "./groupPods.ts";
import type { Resource } from "./pod.ts";
import { parseDuration, parseQuantity } from "./quantity.ts";

const callTimeoutSeconds = 5;

/** Reads one resource's usage of the pods of a namespace and label selector from metrics.k8s.io. */
export class PodSampleReader {
  readonly #api: CustomObjectsApi;
  readonly #clock: Clock;

  constructor(kubeConfig: KubeConfig, clock: Clock) {
    // The library's Metrics class takes neither a label selector nor a signal.
    this.#api = kubeConfig.makeApiClient(CustomObjectsApi);
    this.#clock = clock;
  }

  /** Pod name → sample; a pod of which a container lacks the resource has none. Rejects with the client's error. */
  async read(
    pods: { namespace: string; labelSelector: string },
    resource: Resource,
    signal: AbortSignal,
  ): Promise<Map<string, PodSample>> {
    const options = callOptions(signal, callTimeoutSeconds);
    const request = { group: "metrics.k8s.io", version: "v1beta1", plural: "pods", ...pods };
    const list = (await retryRead(
      () => this.#api.listNamespacedCustomObject(request, options),
      this.#clock,
      signal,
    )) as PodMetricsList;
    return toSamples(list.items, resource);
  }
}

function toSamples(items: PodMetricsList["items"], resource: Resource): Map<string, PodSample> {
  const samples = new Map<string, PodSample>();
  for (const { metadata, timestamp, window, containers } of items) {
    const usages = containers.map(({ usage }) => (usage as Partial<Record<Resource, string>>)[resource]);
    if (usages.includes(undefined)) continue;
    const usage = usages.reduce((sum, quantity) => sum + parseQuantity(quantity ?? ""), 0);
    const observedAt = new Date(timestamp).getTime() / 1000;
    samples.set(metadata.name, { usage, observedAt, windowSeconds: parseDuration(window) });
  }
  return samples;
}
