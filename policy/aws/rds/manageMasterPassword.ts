import { rds } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";
import { isReplica } from "../../support/isReplica.ts";

export const manageMasterPassword: ResourceValidationPolicy = {
  name: "aws-rds-manage-master-password",
  description:
    "The master password is made and rotated by RDS, or, where a replica forbids that, handed over write-only: no diff, log or person shows it.",
  enforcementLevel: "mandatory",
  severity: "critical",
  validateResource: validateClass(rds.Instance, (instance, report) => {
    if (isReplica(instance)) return;
    if (instance.password) report("password is set, but must be absent: let manageMasterUserPassword make it");
    // RDS manages none for a primary with replicas in its region.
    if (instance.passwordWo) return;
    if (instance.manageMasterUserPassword !== true) {
      report(wanted("manageMasterUserPassword", instance.manageMasterUserPassword, "true"));
    }
  }),
};
