import { matches } from "./labelSelector.ts";
import type { LabelSelector } from "./labelSelector.ts";
import type { CachedPod } from "./pod.ts";

/** The pods of one namespace by name and by each of their labels, so that a selector looks only at pods which share one with it. */
export class PodIndex {
  readonly #byName = new Map<string, CachedPod>();
  readonly #byLabel = new Map<string, Set<CachedPod>>();

  put(pod: CachedPod): void {
    this.remove(pod);
    this.#byName.set(pod.name, pod);
    for (const label of labelsOf(pod)) {
      const pods = this.#byLabel.get(label);
      if (pods === undefined) this.#byLabel.set(label, new Set([pod]));
      else pods.add(pod);
    }
  }

  remove({ name }: Pick<CachedPod, "name">): void {
    const pod = this.#byName.get(name);
    if (pod === undefined) return;
    this.#byName.delete(name);
    for (const label of labelsOf(pod)) {
      const pods = this.#byLabel.get(label);
      pods?.delete(pod);
      if (pods?.size === 0) this.#byLabel.delete(label);
    }
  }

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
      if (operator !== "In" || value === undefined || values.length > 1) continue;
      const pods = this.#byLabel.get(`${key}=${value}`);
      if (pods === undefined) return [];
      if (pods.size <= size) [smallest, size] = [pods, pods.size];
    }
    return smallest;
  }
}

function labelsOf({ labels }: CachedPod): string[] {
  return Object.entries(labels).map(([key, value]) => `${key}=${value}`);
}
