import type { types } from "@pulumi/kubernetes";

/** On which nodes pods may run, beside what spreads them. */
export type Placement = Pick<types.input.core.v1.PodSpec, "nodeSelector" | "tolerations">;

/** Anywhere: of a cluster whose nodes are all alike. */
export const anywhere: Placement = {};

/** Only on nodes that bear a label, and that a taint of the same words keeps free of everybody else. */
export const onNodesOf = (key: string, value: string): Placement => ({
  nodeSelector: { [key]: value },
  tolerations: [{ key, operator: "Equal", value, effect: "NoSchedule" }],
});
