import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateSelected } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";
import { containersOf, workloadOf } from "../../support/workload.ts";

export const denyPrivilegeEscalation: ResourceValidationPolicy = {
  name: "kubernetes-workload-deny-privilege-escalation",
  description: "No process can gain more rights than its parent had, so that a setuid binary in an image is harmless.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateResource: validateSelected(workloadOf, (workload, report) => {
    for (const { container, path } of containersOf(workload)) {
      const found = container.securityContext?.allowPrivilegeEscalation;
      if (found !== false) report(wanted(`${path}.securityContext.allowPrivilegeEscalation`, found, "false"));
    }
  }),
};
