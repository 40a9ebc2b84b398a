import type { KubernetesPod, Resource } from "./pod.ts";

/** One pod's usage of a resource, averaged over the window that ended at `observedAt`. Cores or bytes. */
export interface PodSample {
  readonly usage: number;
  readonly observedAt: number;
  readonly windowSeconds: number;
}

/** A pod whose sample counts. */
export interface MeasuredPod {
  readonly pod: KubernetesPod;
  readonly sample: PodSample;
}

/** How HPA divides a target's pods; the rule counts unready ones as idle when going up, missing ones against any change. */
export interface GroupedPods {
  readonly measured: readonly MeasuredPod[];
  readonly unready: number;
  readonly missing: number;
}

/** HPA's --horizontal-pod-autoscaler-cpu-initialization-period. */
const cpuInitializationSeconds = 300;
/** HPA's --horizontal-pod-autoscaler-initial-readiness-delay. */
const initialReadinessDelaySeconds = 30;

/** Sorts a target's pods as HPA's replica_calculator.go, `groupPods`, does; terminating and failed pods belong to no group. */
export function groupPods(
  pods: readonly KubernetesPod[],
  samples: ReadonlyMap<string, PodSample>,
  resource: Resource,
  now: number,
): GroupedPods {
  const measured: MeasuredPod[] = [];
  let unready = 0;
  let missing = 0;
  for (const pod of pods) {
    if (pod.terminating || pod.phase === "Failed") continue;
    const sample = samples.get(pod.name);
    // No container runs yet, so there is nothing that could be measured.
    if (pod.phase === "Pending") unready++;
    else if (sample === undefined) missing++;
    // Only CPU is distorted by a start.
    else if (resource === "cpu" && isStarting(pod, sample, now)) unready++;
    else measured.push({ pod, sample });
  }
  return { measured, unready, missing };
}

function isStarting(pod: KubernetesPod, sample: PodSample, now: number): boolean {
  const { startedAt, readyChangedAt } = pod;
  // As HPA: without the condition or a start time nobody can tell how young it is.
  if (startedAt === undefined || readyChangedAt === undefined) return true;
  // Within the initialisation period a sample counts only if its whole window lies after the pod became Ready.
  if (startedAt + cpuInitializationSeconds > now)
    return !pod.ready || sample.observedAt < readyChangedAt + sample.windowSeconds;
  // Later only a pod that has never been Ready is set aside: its condition last changed right after its start.
  return !pod.ready && startedAt + initialReadinessDelaySeconds > readyChangedAt;
}
