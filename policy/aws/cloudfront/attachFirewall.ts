import { cloudfront } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const attachFirewall: ResourceValidationPolicy = {
  name: "aws-cloudfront-attach-firewall",
  description:
    "A web ACL stands before the application: floods and known attacks end there and not in the gateway's replicas.",
  enforcementLevel: "mandatory",
  severity: "medium",
  validateResource: validateClass(cloudfront.Distribution, ({ webAclId }, report) => {
    if (!webAclId) report(wanted("webAclId", webAclId, "the ARN of a web ACL"));
  }),
};
