import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateSelected } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";
import { containersOf, workloadOf } from "../../support/workload.ts";

export const confineSystemCalls: ResourceValidationPolicy = {
  name: "kubernetes-workload-confine-system-calls",
  description:
    "Every container runs under a seccomp profile: most kernel bugs are reached by system calls that no service makes.",
  enforcementLevel: "mandatory",
  severity: "medium",
  validateResource: validateSelected(workloadOf, (workload, report) => {
    for (const { container, path } of containersOf(workload)) {
      const profile = container.securityContext?.seccompProfile ?? workload.pod.securityContext?.seccompProfile;
      const type = profile?.type;
      if (type !== "RuntimeDefault" && type !== "Localhost") {
        report(wanted(`${path}.securityContext.seccompProfile.type`, type, '"RuntimeDefault", here or on the pod'));
      }
    }
  }),
};
