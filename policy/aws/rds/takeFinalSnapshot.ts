import { rds } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { environmentOf, environmentSchema } from "../../support/environment.ts";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";
import { isReplica } from "../../support/isReplica.ts";

export const takeFinalSnapshot: ResourceValidationPolicy = {
  name: "aws-rds-take-final-snapshot",
  description:
    "In production a deleted primary leaves a snapshot behind: the last line of defence against a wrong destroy.",
  enforcementLevel: "mandatory",
  severity: "high",
  configSchema: environmentSchema,
  validateResource: validateClass(rds.Instance, (instance, report, args) => {
    if (environmentOf(args) !== "prod" || isReplica(instance)) return;
    if (instance.skipFinalSnapshot === true) report(wanted("skipFinalSnapshot", true, "false"));
    if (!instance.finalSnapshotIdentifier) {
      report(wanted("finalSnapshotIdentifier", instance.finalSnapshotIdentifier, "the name of the final snapshot"));
    }
  }),
};
