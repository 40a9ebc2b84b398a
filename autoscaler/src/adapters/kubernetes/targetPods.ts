import type { KubeConfig } from "@kubernetes/client-node";
import type { Clock } from "../../ports/clock.ts";
import type { TargetPods } from "../../ports/targetPods.ts";
import { toPod } from "./pod.ts";
import type { KubernetesPod } from "./pod.ts";
import { PodWatch } from "./podWatch.ts";

/** As long as the default maxMetricAgeSeconds: older pods are no better than older metrics. */
const maxDownSeconds = 30;

export interface WatchedTargetPodsOptions {
  readonly kubeConfig: KubeConfig;
  readonly clock: Clock;
  readonly namespace: string;
  /** The target's label selector as last read; undefined while it is unknown. */
  readonly selector: () => string | undefined;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

/** The pods of one target, from one watch; a target that is made anew with another selector gets a new watch. */
export class WatchedTargetPods implements TargetPods {
  readonly #options: WatchedTargetPodsOptions;
  #current: { readonly selector: string; readonly watch: PodWatch; readonly stop: AbortController } | undefined;

  constructor(options: WatchedTargetPodsOptions) {
    this.#options = options;
  }

  list(): readonly KubernetesPod[] | undefined {
    this.follow();
    return this.#current?.watch.list(maxDownSeconds)?.map(toPod);
  }

  /** Starts the watch as soon as the selector is known. */
  follow(): void {
    const { selector: currentSelector, signal, ...options } = this.#options;
    const selector = currentSelector();
    if (selector === undefined || selector === this.#current?.selector || signal.aborted) return;
    this.#current?.stop.abort();
    const stop = new AbortController();
    const watch = new PodWatch({ ...options, selector, signal: AbortSignal.any([signal, stop.signal]) });
    watch.start();
    this.#current = { selector, watch, stop };
  }
}
