import { cloudfront } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const controlOriginAccess: ResourceValidationPolicy = {
  name: "aws-cloudfront-control-origin-access",
  description:
    "A bucket behind CloudFront is read by that distribution alone, through an origin access control: the older identity can neither sign nor read encrypted objects.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateResource: validateClass(cloudfront.Distribution, ({ origins }, report) => {
    for (const { originId, domainName, originAccessControlId, s3OriginConfig } of origins) {
      if (!/\.s3[.-]/.test(domainName) && s3OriginConfig === undefined) continue;
      if (!originAccessControlId) {
        report(wanted(`originAccessControlId of ${originId}`, originAccessControlId, "an origin access control"));
      }
    }
  }),
};
