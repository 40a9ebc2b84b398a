import type { StackValidationPolicy } from "@pulumi/policy";
import { replicasOf } from "../../support/scaling.ts";
import { validateEach } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";
import { workloadOf } from "../../support/workload.ts";

export const spreadPods: StackValidationPolicy = {
  name: "kubernetes-workload-spread-pods",
  description:
    "Pods of one workload are spread over zones: the loss of one zone or node takes some of them, never all.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateStack: validateEach((resource, report, { resources }) => {
    const workload = workloadOf(resource);
    if (workload === undefined || workload.kind === "DaemonSet") return;
    if (replicasOf(workload, resources) < 2) return;
    const keys = (workload.pod.topologySpreadConstraints ?? []).map(({ topologyKey }) => topologyKey);
    if (!keys.includes("topology.kubernetes.io/zone")) {
      report(wanted(`topologySpreadConstraints of ${workload.path}`, keys, "one over topology.kubernetes.io/zone"));
    }
  }),
};
