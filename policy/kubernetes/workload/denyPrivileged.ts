import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateSelected } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";
import { containersOf, workloadOf } from "../../support/workload.ts";

export const denyPrivileged: ResourceValidationPolicy = {
  name: "kubernetes-workload-deny-privileged",
  description: "No container is privileged: it would be root of the node at once.",
  enforcementLevel: "mandatory",
  severity: "critical",
  validateResource: validateSelected(workloadOf, (workload, report) => {
    for (const { container, path } of containersOf(workload)) {
      const found = container.securityContext?.privileged;
      if (found === true) report(wanted(`${path}.securityContext.privileged`, found, "false"));
    }
  }),
};
