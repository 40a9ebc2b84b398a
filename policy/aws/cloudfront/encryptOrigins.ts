import { cloudfront } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const encryptOrigins: ResourceValidationPolicy = {
  name: "aws-cloudfront-encrypt-origins",
  description: "CloudFront speaks TLS 1.2 to its origins too: tokens cross that way.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateResource: validateClass(cloudfront.Distribution, ({ origins }, report) => {
    for (const { originId, customOriginConfig: origin } of origins) {
      if (origin === undefined) continue;
      if (origin.originProtocolPolicy !== "https-only") {
        report(wanted(`originProtocolPolicy of ${originId}`, origin.originProtocolPolicy, '"https-only"'));
      }
      if (origin.originSslProtocols.some((protocol) => protocol !== "TLSv1.2")) {
        report(wanted(`originSslProtocols of ${originId}`, origin.originSslProtocols, '["TLSv1.2"]'));
      }
    }
  }),
};
