import { rds } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { environmentOf, environmentSchema } from "../../support/environment.ts";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";
import { isReplica } from "../../support/isReplica.ts";

export const spanZones: ResourceValidationPolicy = {
  name: "aws-rds-span-zones",
  description:
    "In production the primary has a standby in a second zone, so that the loss of one loses no transaction.",
  enforcementLevel: "mandatory",
  severity: "high",
  configSchema: environmentSchema,
  validateResource: validateClass(rds.Instance, (instance, report, args) => {
    if (environmentOf(args) !== "prod" || isReplica(instance)) return;
    if (instance.multiAz !== true) report(wanted("multiAz", instance.multiAz, "true"));
  }),
};
