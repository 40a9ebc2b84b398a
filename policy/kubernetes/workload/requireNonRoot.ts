import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateSelected } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";
import { containersOf, workloadOf } from "../../support/workload.ts";

export const requireNonRoot: ResourceValidationPolicy = {
  name: "kubernetes-workload-require-non-root",
  description: "No container runs as root: root in a container is root of the node after one kernel bug.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateResource: validateSelected(workloadOf, (workload, report) => {
    for (const { container, path } of containersOf(workload)) {
      const context = { ...workload.pod.securityContext, ...container.securityContext };
      if (context.runAsNonRoot !== true) {
        report(wanted(`${path}.securityContext.runAsNonRoot`, context.runAsNonRoot, "true, here or on the pod"));
      }
      if (context.runAsUser === 0) report(wanted(`${path}.securityContext.runAsUser`, 0, "another user than root"));
    }
  }),
};
