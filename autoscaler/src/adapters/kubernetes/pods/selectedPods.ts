import type { TargetPods } from "../../../ports/targetPods.ts";
import type { LabelSelector } from "./labelSelector.ts";
import type { NamespacePods } from "./namespacePods.ts";
import type { CachedPod } from "./pod.ts";

/** Pods as their watch keeps them, with their labels. */
export interface LabelledPods extends TargetPods {
  list(): readonly CachedPod[] | undefined;
}

/** The pods of one target, picked from the watch of its namespace. */
export class SelectedPods implements LabelledPods {
  readonly #pods: Pick<NamespacePods, "select">;
  readonly #selector: () => LabelSelector | undefined;

  /** `selector`: the target's label selector as last known; undefined before that. */
  constructor(pods: Pick<NamespacePods, "select">, selector: () => LabelSelector | undefined) {
    this.#pods = pods;
    this.#selector = selector;
  }

  list(): readonly CachedPod[] | undefined {
    // Unknown, not empty: without a selector every pod of the namespace would be the target's.
    const selector = this.#selector();
    return selector === undefined ? undefined : this.#pods.select(selector);
  }
}
