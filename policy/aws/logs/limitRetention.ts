import { cloudwatch } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const limitRetention: ResourceValidationPolicy = {
  name: "aws-logs-limit-retention",
  description: "Logs are kept for a stated time: for ever is what AWS does when nobody says.",
  enforcementLevel: "advisory",
  severity: "low",
  validateResource: validateClass(cloudwatch.LogGroup, ({ retentionInDays }, report) => {
    if (!retentionInDays) report(wanted("retentionInDays", retentionInDays, "a number of days"));
  }),
};
