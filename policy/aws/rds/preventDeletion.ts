import { rds } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { environmentOf, environmentSchema } from "../../support/environment.ts";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const preventDeletion: ResourceValidationPolicy = {
  name: "aws-rds-prevent-deletion",
  description: "In production AWS itself refuses to delete a database, whoever asks.",
  enforcementLevel: "mandatory",
  severity: "high",
  configSchema: environmentSchema,
  validateResource: validateClass(rds.Instance, ({ deletionProtection }, report, args) => {
    if (environmentOf(args) !== "prod" || deletionProtection === true) return;
    report(wanted("deletionProtection", deletionProtection, "true"));
  }),
};
