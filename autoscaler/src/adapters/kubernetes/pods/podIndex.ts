import { matches } from "./labelSelector.ts";
import type { LabelSelector } from "./labelSelector.ts";
import type { CachedPod } from "./pod.ts";

/** The pods of one namespace by name and by each of their labels, so that a selector looks only at pods which share one with it. */
export class PodIndex {
  readonly #byName = new Map<string, CachedPod>();
  /** "key=value" → pods; neither part may contain "=", so the text is unambiguous. */
  readonly #byLabel = new Map<string, Set<CachedPod>>();

  /** Replaces a pod of the same name, whose labels may have been others. */
  put(pod: CachedPod): void {
    this.remove(pod);
    this.#byName.set(pod.name, pod);
    for (const label of labelsOf(pod)) {
      const pods = this.#byLabel.get(label);
      if (pods === undefined) this.#byLabel.set(label, new Set([pod]));
      else pods.add(pod);
    }
  }

  /** By the labels that were indexed, not by those of the deletion's object. */
  remove({ name }: Pick<CachedPod, "name">): void {
    const pod = this.#byName.get(name);
    if (pod === undefined) return;
    this.#byName.delete(name);
    for (const label of labelsOf(pod)) {
      const pods = this.#byLabel.get(label);
      pods?.delete(pod);
      // Each rollout brings a new pod-template-hash; empty sets would pile up.
      if (pods?.size === 0) this.#byLabel.delete(label);
    }
  }

  /** In no particular order. */
  select(selector: LabelSelector): CachedPod[] {
    const selected: CachedPod[] = [];
    for (const pod of this.#candidates(selector)) if (matches(selector, pod.labels)) selected.push(pod);
    return selected;
  }

  /** The smallest set of pods that one of the selector's equalities leaves. */
  #candidates(selector: LabelSelector): Iterable<CachedPod> {
    let smallest: Iterable<CachedPod> = this.#byName.values();
    let size = this.#byName.size;
    for (const { key, operator, values } of selector) {
      const [value] = values;
      // Others only exclude, or would need a union: they are judged pod by pod.
      if (operator !== "In" || value === undefined || values.length > 1) continue;
      const pods = this.#byLabel.get(`${key}=${value}`);
      // All must hold, and this one holds for no pod.
      if (pods === undefined) return [];
      if (pods.size <= size) [smallest, size] = [pods, pods.size];
    }
    return smallest;
  }
}

function labelsOf({ labels }: CachedPod): string[] {
  return Object.entries(labels).map(([key, value]) => `${key}=${value}`);
}
