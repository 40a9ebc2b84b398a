import type { Topology } from "./topology.ts";

/** Longer than a member that is cut off takes to notice it, by the platform's node timeout of 5 s. */
const agreeMs = 10_000;

/** Which topology to believe: the newest, unless the cluster has been built anew and counts from the beginning. */
export class Epochs {
  /** The highest that any member has told. */
  newest = 0;
  #lower: { readonly epoch: number; readonly since: number } | undefined;

  /**
   * After a search that found none of the newest epoch: the one to begin anew with, when all that answered have said the same
   * lower epoch for 10 s and that the cluster is well, which a member that is cut off does not say for so long.
   */
  rebuilt(answers: readonly Topology[], now: number): Topology | undefined {
    const [first, ...others] = answers;
    const agreed = first && answers.every(({ ok }) => ok) && others.every(({ epoch }) => epoch === first.epoch);
    if (!agreed || first.epoch >= this.newest) {
      this.#lower = undefined;
      return undefined;
    }
    if (this.#lower?.epoch !== first.epoch) this.#lower = { epoch: first.epoch, since: now };
    if (now - this.#lower.since < agreeMs) return undefined;
    this.found();
    this.newest = first.epoch;
    return first;
  }

  /** One of the newest epoch was found: nothing is lower. */
  found(): void {
    this.#lower = undefined;
  }
}
