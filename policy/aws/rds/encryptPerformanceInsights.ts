import { rds } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const encryptPerformanceInsights: ResourceValidationPolicy = {
  name: "aws-rds-encrypt-performance-insights",
  description:
    "Performance Insights keeps the text of queries, so that it is encrypted by a key of ours like the data itself.",
  enforcementLevel: "mandatory",
  severity: "medium",
  validateResource: validateClass(
    rds.Instance,
    ({ performanceInsightsEnabled, performanceInsightsKmsKeyId }, report) => {
      if (performanceInsightsEnabled !== true || performanceInsightsKmsKeyId) return;
      report(wanted("performanceInsightsKmsKeyId", performanceInsightsKmsKeyId, "the ARN of a key of this account"));
    },
  ),
};
