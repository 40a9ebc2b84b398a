import { rds } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { environmentOf, environmentSchema } from "../../support/environment.ts";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";
import { isReplica } from "../../support/isReplica.ts";

const leastDays = { prod: 14, other: 1 };

export const keepBackups: ResourceValidationPolicy = {
  name: "aws-rds-keep-backups",
  description:
    "The primary keeps backups that a mistake found a fortnight later can be undone from; a replica is no backup, it repeats the mistake.",
  enforcementLevel: "mandatory",
  severity: "high",
  configSchema: environmentSchema,
  validateResource: validateClass(rds.Instance, (instance, report, args) => {
    if (isReplica(instance)) return;
    const days = environmentOf(args) === "prod" ? leastDays.prod : leastDays.other;
    const found = instance.backupRetentionPeriod;
    if ((found ?? 0) < days) report(wanted("backupRetentionPeriod", found, `at least ${days} (days)`));
  }),
};
