import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateSelected } from "../support/validate.ts";
import { wanted } from "../support/wanted.ts";

type Tags = Record<string, string>;

/** What the bill is read by. */
const required = ["owner", "costCenter"];

/** The resources that cost most of the money; which others take tags only the provider's schema knows. */
const billed =
  /^aws:(rds\/instance:Instance|eks\/(cluster:Cluster|nodeGroup:NodeGroup)|ec2\/(natGateway:NatGateway|launchTemplate:LaunchTemplate|vpc:Vpc)|s3\/bucket:Bucket|lb\/loadBalancer:LoadBalancer|cloudfront\/distribution:Distribution|kms\/key:Key|cloudwatch\/logGroup:LogGroup)$/;

/** The provider's default tags; its nested properties arrive as JSON text. */
function defaultTags(provider: Record<string, unknown> | undefined): Tags {
  const found = provider?.["defaultTags"];
  const value = (typeof found === "string" ? JSON.parse(found) : found) as { tags?: Tags } | undefined;
  return value?.tags ?? {};
}

export const requireTags: ResourceValidationPolicy = {
  name: "aws-require-tags",
  description: "What costs money says whose it is, by tags of its own or of the provider: the bill is read by them.",
  enforcementLevel: "advisory",
  severity: "low",
  validateResource: validateSelected(
    (resource) => (billed.test(resource.type) ? resource : undefined),
    ({ props, provider }, report) => {
      const tags = { ...defaultTags(provider?.props), ...(props["tags"] as Tags | undefined) };
      const missing = required.filter((tag) => !tags[tag]);
      if (missing.length > 0) report(wanted("tags", Object.keys(tags), `with ${missing.join(" and ")} too`));
    },
  ),
};
