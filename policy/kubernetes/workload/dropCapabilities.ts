import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateSelected } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";
import { containersOf, workloadOf } from "../../support/workload.ts";

export const dropCapabilities: ResourceValidationPolicy = {
  name: "kubernetes-workload-drop-capabilities",
  description: "Every container gives up all capabilities of the kernel: none of the services needs one.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateResource: validateSelected(workloadOf, (workload, report) => {
    for (const { container, path } of containersOf(workload)) {
      const { drop, add } = container.securityContext?.capabilities ?? {};
      if (drop?.includes("ALL") !== true) {
        report(wanted(`${path}.securityContext.capabilities.drop`, drop, '["ALL"]'));
      }
      if (add !== undefined && add.length > 0) {
        report(wanted(`${path}.securityContext.capabilities.add`, add, "absent"));
      }
    }
  }),
};
