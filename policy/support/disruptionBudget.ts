import type { PolicyResource } from "@pulumi/policy";
import { objectOf, type KubernetesObject } from "./kubernetesObject.ts";
import type { Selector } from "./selects.ts";
import { ifKnown } from "./validate.ts";

export type DisruptionBudget = KubernetesObject<{
  spec?: { selector?: Selector; maxUnavailable?: number | string; minAvailable?: number | string };
}>;

const asBudget = objectOf<DisruptionBudget>("PodDisruptionBudget");

export function disruptionBudgets(resources: PolicyResource[]): DisruptionBudget[] {
  return resources.flatMap((resource) => ifKnown(() => asBudget(resource)) ?? []);
}

/** A count or a percentage of the replicas, which Kubernetes rounds up. */
function count(value: number | string, replicas: number): number {
  return typeof value === "string" && value.endsWith("%")
    ? Math.ceil((Number.parseFloat(value) / 100) * replicas)
    : Number(value);
}

/** The fewest pods that a drain may leave running. */
export function leastAvailable({ spec }: DisruptionBudget, replicas: number): number {
  if (spec?.minAvailable !== undefined) return count(spec.minAvailable, replicas);
  return replicas - count(spec?.maxUnavailable ?? replicas, replicas);
}
