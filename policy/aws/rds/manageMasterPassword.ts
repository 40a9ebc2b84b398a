import { rds } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";
import { isReplica } from "../../support/isReplica.ts";

export const manageMasterPassword: ResourceValidationPolicy = {
  name: "aws-rds-manage-master-password",
  description:
    "The master password is made, kept and rotated by Secrets Manager: no program, state file or person holds it.",
  enforcementLevel: "mandatory",
  severity: "critical",
  validateResource: validateClass(rds.Instance, (instance, report) => {
    if (isReplica(instance)) return;
    if (instance.password) report("password is set, but must be absent: let manageMasterUserPassword make it");
    if (instance.manageMasterUserPassword !== true) {
      report(wanted("manageMasterUserPassword", instance.manageMasterUserPassword, "true"));
    }
  }),
};
