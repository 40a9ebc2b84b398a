import type { CustomObjectsApi, KubeConfig, V1Pod } from "@kubernetes/client-node";
import type { Clock } from "../../../ports/clock.ts";
import type { LabelSelector } from "./labelSelector.ts";
import { ObjectWatch } from "../api/objectWatch.ts";
import { toCachedPod } from "./pod.ts";
import type { CachedPod } from "./pod.ts";
import { PodIndex } from "./podIndex.ts";

/** As long as the default maxMetricAgeSeconds: older pods are no better than older metrics. */
const maxDownSeconds = 30;

/** Which namespace is watched, and with what. */
export interface NamespacePodsOptions {
  readonly kubeConfig: KubeConfig;
  readonly api: CustomObjectsApi;
  readonly clock: Clock;
  readonly namespace: string;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /** Hears that the right to list and watch is missing. */
  readonly onNotice: (notice: string) => void;
}

/** The pods of a namespace, from one watch for all targets. */
export class NamespacePods {
  /** Beside the library's cache, which finds only by name. */
  readonly #index = new PodIndex();
  readonly #watch: ObjectWatch<V1Pod, CachedPod>;

  /** Begins to watch at once. */
  constructor({ kubeConfig, api, clock, namespace, signal, onNotice }: NamespacePodsOptions) {
    this.#watch = new ObjectWatch({
      ...{ kubeConfig, api, clock, signal, keep: toCachedPod },
      collection: { group: "", version: "v1", plural: "pods", namespace },
      onPut: (pod) => {
        this.#index.put(pod);
      },
      onDelete: (pod) => {
        this.#index.remove(pod);
      },
      onForbidden: () => {
        onNotice(`pods of namespace ${namespace} may not be listed and watched: they are unknown`);
      },
    });
  }

  /** Resolves after the first list, or the first failure. */
  get answered(): Promise<undefined> {
    return this.#watch.answered;
  }

  /** Undefined before the first complete list, and after 30 s without a watch. */
  select(selector: LabelSelector): readonly CachedPod[] | undefined {
    return this.#watch.isLive(maxDownSeconds) ? this.#index.select(selector) : undefined;
  }
}
