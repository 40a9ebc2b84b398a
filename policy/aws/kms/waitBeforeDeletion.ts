import { kms } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { environmentOf, environmentSchema } from "../../support/environment.ts";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const waitBeforeDeletion: ResourceValidationPolicy = {
  name: "aws-kms-wait-before-deletion",
  description: "A key in production waits thirty days for its deletion: whatever it encrypts is lost with it.",
  enforcementLevel: "mandatory",
  severity: "high",
  configSchema: environmentSchema,
  validateResource: validateClass(kms.Key, ({ deletionWindowInDays }, report, args) => {
    // AWS waits 30 days unless told otherwise.
    if (environmentOf(args) !== "prod" || (deletionWindowInDays ?? 30) >= 30) return;
    report(wanted("deletionWindowInDays", deletionWindowInDays, "30"));
  }),
};
