import type { PodCounts, Tolerance } from "../model.ts";

/** A per-pod average beside its target, both in the metric's unit. */
export interface RatioInput {
  /** Mean over the measured pods. */
  readonly value: number;
  readonly target: number;
  readonly tolerance: Tolerance;
  readonly currentReplicas: number;
  readonly pods: PodCounts;
  /** What a pod without a sample is taken to use when the ratio says down. */
  readonly missingValue: number;
  /** The HPA compares whole percents for resources. */
  readonly truncate: boolean;
}

/** Whether a usage ratio lies in the dead band; both edges count as inside, as in the HPA. */
export function withinTolerance(ratio: number, tolerance: Tolerance): boolean {
  return 1 - tolerance.down <= ratio && ratio <= 1 + tolerance.up;
}

/**
 * Replicas by the HPA's ratio rule for Pods and Resource metrics: unready pods count as idle when going up, pods without a
 * sample as idle when going up and as busy when going down; a re-run that changes sides keeps the count. `pods.measured`
 * must not be 0.
 * Source: kubernetes pkg/controller/podautoscaler/replica_calculator.go. Pods are assumed to have equal requests.
 */
export function replicasByRatio(input: RatioInput): number {
  const { pods, currentReplicas, tolerance } = input;
  const ratio = usageRatio(input, input.value * pods.measured, pods.measured);
  // On the way down they are left out: starting pods are no spare capacity to give back.
  const countUnready = pods.unready > 0 && ratio > 1;
  if (!countUnready && pods.missing === 0) {
    return withinTolerance(ratio, tolerance) ? currentReplicas : Math.ceil(ratio * pods.measured);
  }
  // From here on the assumptions may only make the change smaller.
  const { rerun, counted } = withAssumed(input, ratio, countUnready);
  const replicas = Math.ceil(rerun * counted);
  if (withinTolerance(rerun, tolerance) || changesSides(ratio, rerun)) return currentReplicas;
  return movesAgainst(rerun, replicas, currentReplicas) ? currentReplicas : replicas;
}

/** The ratio again, with assumed values for the pods that were not measured. */
function withAssumed(input: RatioInput, ratio: number, countUnready: boolean): { rerun: number; counted: number } {
  const { pods } = input;
  // Upstream has no case for a ratio of exactly 1, so it adds no pod there.
  const missing = ratio === 1 ? 0 : pods.missing;
  const counted = pods.measured + missing + (countUnready ? pods.unready : 0);
  const assumed = ratio < 1 ? missing * input.missingValue : 0;
  return { rerun: usageRatio(input, input.value * pods.measured + assumed, counted), counted };
}

function usageRatio(input: RatioInput, sum: number, pods: number): number {
  const mean = sum / pods;
  return (input.truncate ? Math.trunc(mean) : mean) / input.target;
}

const changesSides = (before: number, after: number): boolean => (before < 1 && after > 1) || (before > 1 && after < 1);

const movesAgainst = (ratio: number, replicas: number, current: number): boolean =>
  (ratio < 1 && replicas > current) || (ratio > 1 && replicas < current);
