import { lb } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { environmentOf, environmentSchema } from "../../support/environment.ts";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const preventDeletion: ResourceValidationPolicy = {
  name: "aws-lb-prevent-deletion",
  description: "In production AWS itself refuses to delete a load balancer: its name stands in DNS and in CloudFront.",
  enforcementLevel: "mandatory",
  severity: "high",
  configSchema: environmentSchema,
  validateResource: validateClass(lb.LoadBalancer, ({ enableDeletionProtection }, report, args) => {
    if (environmentOf(args) !== "prod" || enableDeletionProtection === true) return;
    report(wanted("enableDeletionProtection", enableDeletionProtection, "true"));
  }),
};
