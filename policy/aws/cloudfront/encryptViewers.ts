import { cloudfront } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const encryptViewers: ResourceValidationPolicy = {
  name: "aws-cloudfront-encrypt-viewers",
  description: "Nothing is served over plain HTTP.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateResource: validateClass(
    cloudfront.Distribution,
    ({ defaultCacheBehavior, orderedCacheBehaviors }, report) => {
      const behaviors = [{ ...defaultCacheBehavior, pathPattern: "default" }, ...(orderedCacheBehaviors ?? [])];
      for (const { pathPattern, viewerProtocolPolicy } of behaviors) {
        if (viewerProtocolPolicy === "allow-all") {
          report(
            wanted(`viewerProtocolPolicy of ${pathPattern}`, viewerProtocolPolicy, "redirect-to-https or https-only"),
          );
        }
      }
    },
  ),
};
