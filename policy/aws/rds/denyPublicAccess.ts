import { rds } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const denyPublicAccess: ResourceValidationPolicy = {
  name: "aws-rds-deny-public-access",
  description: "A database has no public address: only the cluster speaks to it.",
  enforcementLevel: "mandatory",
  severity: "critical",
  validateResource: validateClass(rds.Instance, ({ publiclyAccessible }, report) => {
    if (publiclyAccessible === true) report(wanted("publiclyAccessible", publiclyAccessible, "false"));
  }),
};
