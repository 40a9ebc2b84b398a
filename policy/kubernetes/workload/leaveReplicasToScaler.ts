import type { StackValidationPolicy } from "@pulumi/policy";
import { isScaled } from "../../support/scaling.ts";
import { validateEach } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";
import { workloadOf } from "../../support/workload.ts";

export const leaveReplicasToScaler: StackValidationPolicy = {
  name: "kubernetes-workload-leave-replicas-to-scaler",
  description:
    "What an HPA or the autoscaler scales has no fixed count: an update at noon would cut the pods back to the number of the night.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateStack: validateEach((resource, report, { resources }) => {
    const workload = workloadOf(resource);
    if (workload === undefined || !isScaled(workload, resources)) return;
    const { replicas } = workload.spec;
    if (replicas === undefined || resource.opts.ignoreChanges.includes("spec.replicas")) return;
    report(
      wanted("spec.replicas", replicas, "absent, or listed in ignoreChanges: every update would undo the autoscaler"),
    );
  }),
};
