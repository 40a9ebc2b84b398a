import type { PodListener, SeenPod } from "./podWatch.ts";

/** A pod that exists. */
interface Pod {
  /** Epoch seconds of the first sight. */
  readonly since: number;
  ready: boolean;
  /** Seen before it was Ready for the first time. */
  isStarting: boolean;
  /** Container restarts at the first sight, which belong to no run of ours, and now. */
  readonly restartsBefore: number;
  restarts: number;
}

/** Keeps account of a workload's pods: how many are Ready, and what all of them have cost. */
export class PodAccount implements PodListener {
  /** By name: pods of a ReplicaSet have random ones. */
  readonly #pods = new Map<string, Pod>();
  readonly #readinessSeconds: number[] = [];
  #podSeconds = 0;
  #seen = 0;
  #restarts = 0;

  present({ name, ready, restarts }: SeenPod): void {
    let pod = this.#pods.get(name);
    if (pod === undefined) {
      pod = { since: now(), ready, isStarting: !ready, restarts, restartsBefore: restarts };
      this.#pods.set(name, pod);
      this.#seen += 1;
    }
    if (ready && pod.isStarting) {
      pod.isStarting = false;
      this.#readinessSeconds.push(now() - pod.since);
    }
    pod.ready = ready;
    pod.restarts = restarts;
  }

  gone(name: string): void {
    const pod = this.#pods.get(name);
    if (pod === undefined) return;
    this.#pods.delete(name);
    this.#podSeconds += now() - pod.since;
    this.#restarts += pod.restarts - pod.restartsBefore;
  }

  ready(): number {
    return [...this.#pods.values()].filter(({ ready }) => ready).length;
  }

  /** From the first sight to Ready, of each pod that was not Ready when it was first seen. */
  readiness(): readonly number[] {
    return [...this.#readinessSeconds];
  }

  /** From the first sight of a pod to its deletion, not-ready time included; the number of pods; container restarts since. */
  figures(): { podSeconds: number; seen: number; restarts: number } {
    const living = [...this.#pods.values()];
    return {
      // Pods that still live count up to now, since they are paid for up to now.
      podSeconds: living.reduce((sum, { since }) => sum + now() - since, this.#podSeconds),
      seen: this.#seen,
      restarts: living.reduce((sum, { restarts, restartsBefore }) => sum + restarts - restartsBefore, this.#restarts),
    };
  }
}

const now = (): number => Date.now() / 1000;
