import { eks } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

const logTypes = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

export const logControlPlane: ResourceValidationPolicy = {
  name: "aws-eks-log-control-plane",
  description: "The control plane writes all of its logs: afterwards nobody can say who did what without them.",
  enforcementLevel: "mandatory",
  severity: "medium",
  validateResource: validateClass(eks.Cluster, ({ enabledClusterLogTypes }, report) => {
    const missing = logTypes.filter((type) => enabledClusterLogTypes?.includes(type) !== true);
    if (missing.length > 0) {
      report(wanted("enabledClusterLogTypes", enabledClusterLogTypes, `a list with ${missing.join(", ")} too`));
    }
  }),
};
