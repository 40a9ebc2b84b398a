import { rds } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const useParameterGroup: ResourceValidationPolicy = {
  name: "aws-rds-use-parameter-group",
  description: "A database has a parameter group of ours: the default one can neither force TLS nor be changed.",
  enforcementLevel: "mandatory",
  severity: "medium",
  validateResource: validateClass(rds.Instance, ({ parameterGroupName }, report) => {
    if (!parameterGroupName || parameterGroupName.startsWith("default.")) {
      report(wanted("parameterGroupName", parameterGroupName, "a parameter group of this stack"));
    }
  }),
};
