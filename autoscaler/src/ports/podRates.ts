import type { Pod } from "./targetPods.ts";

/** How often something happens in one pod, as last measured. */
export interface PodRate {
  readonly perSecond: number;
  /** When the newer of the two samples behind it was taken, epoch seconds. */
  readonly observedAt: number;
  /** From the older sample to the newer one. */
  readonly windowSeconds: number;
}

/** What is known of each pod; asking does not measure. */
export interface PodRates {
  /** Undefined before the second sample of the pod. However old: the caller judges its age. */
  rateOf(pod: Pod): PodRate | undefined;
}
