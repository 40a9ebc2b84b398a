import type { KubeConfig } from "@kubernetes/client-node";
import type { Clock } from "../../ports/clock.ts";
import type { EventRecorder } from "../../ports/eventRecorder.ts";
import type { MetricSource } from "../../ports/metricSource.ts";
import type { ScaleTarget } from "../../ports/scaleTarget.ts";
import type { TargetPods } from "../../ports/targetPods.ts";
import { KubernetesEventRecorder } from "./eventRecorder.ts";
import type { Resource } from "./pod.ts";
import { PodSampleReader } from "./podSamples.ts";
import { ResourceMetric } from "./resourceMetric.ts";
import { KubernetesScaleTarget } from "./scaleTarget.ts";
import type { ScaleTargetRef } from "./scaleTarget.ts";
import { WatchedTargetPods } from "./targetPods.ts";

const selectorPauseSeconds = 1;

export interface KubernetesTargetOptions {
  readonly kubeConfig: KubeConfig;
  readonly clock: Clock;
  readonly ref: ScaleTargetRef;
  /** Ends the watch of the pods. */
  readonly signal: AbortSignal;
  /** Hears of an Event that could not be written. */
  readonly onEventFailure?: (error: string) => void;
}

/** All ports of one workload, over one watch of its pods. */
export interface KubernetesTarget {
  readonly scaleTarget: ScaleTarget;
  readonly pods: TargetPods;
  readonly events: EventRecorder;
  resourceMetric(resource: Resource): MetricSource;
}

/** Connects one workload; returns at once and begins to watch its pods. Throws on a kind that cannot be scaled. */
export function kubernetesTarget({
  kubeConfig,
  clock,
  ref,
  signal,
  onEventFailure,
}: KubernetesTargetOptions): KubernetesTarget {
  const scaleTarget = new KubernetesScaleTarget(kubeConfig, ref, clock);
  const { namespace } = ref;
  const selector = () => scaleTarget.selector();
  const pods = new WatchedTargetPods({ kubeConfig, clock, namespace, selector, signal });
  const samples = new PodSampleReader(kubeConfig, clock);
  void followPods(scaleTarget, pods, clock, signal);
  return {
    scaleTarget,
    pods,
    events: new KubernetesEventRecorder({
      kubeConfig,
      clock,
      ref,
      uid: () => scaleTarget.uid(),
      ...(onEventFailure !== undefined && { onFailure: onEventFailure }),
    }),
    resourceMetric: (resource) => new ResourceMetric({ resource, namespace, selector, pods, samples, clock }),
  };
}

/** Reads the scale until the selector is known, so that the pods are listed before the first tick needs them. */
async function followPods(
  scaleTarget: KubernetesScaleTarget,
  pods: WatchedTargetPods,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    // The tick reports the same error with its phase.
    await scaleTarget.get(signal).catch(() => undefined);
    pods.follow();
    if (scaleTarget.selector() !== undefined) return;
    await clock.sleep(selectorPauseSeconds, signal);
  }
}
