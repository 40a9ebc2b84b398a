import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateSelected } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";
import { containersOf, workloadOf } from "../../support/workload.ts";

export const readOnlyRootFilesystem: ResourceValidationPolicy = {
  name: "kubernetes-workload-read-only-root-filesystem",
  description: "No container can change its own program: what it writes goes to volumes.",
  enforcementLevel: "mandatory",
  severity: "medium",
  validateResource: validateSelected(workloadOf, (workload, report) => {
    for (const { container, path } of containersOf(workload)) {
      const found = container.securityContext?.readOnlyRootFilesystem;
      if (found !== true) report(wanted(`${path}.securityContext.readOnlyRootFilesystem`, found, "true"));
    }
  }),
};
