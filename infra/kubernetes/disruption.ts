import type { types } from "@pulumi/kubernetes";
import { selectorOf } from "./labels.ts";

/** A PodDisruptionBudget's spec: one pod at a time, which leaves a quorum of three its majority. */
export const disruptionBudget = (name: string): types.input.policy.v1.PodDisruptionBudgetSpec => ({
  maxUnavailable: 1,
  selector: { matchLabels: selectorOf(name) },
  // A pod that is not ready serves nobody: it must not hold up the drain of its node.
  unhealthyPodEvictionPolicy: "AlwaysAllow",
});
