import { lb } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const dropInvalidHeaders: ResourceValidationPolicy = {
  name: "aws-lb-drop-invalid-headers",
  description: "Malformed headers end at the load balancer: they smuggle requests past it.",
  enforcementLevel: "mandatory",
  severity: "medium",
  validateResource: validateClass(lb.LoadBalancer, ({ dropInvalidHeaderFields, loadBalancerType }, report) => {
    if (loadBalancerType !== undefined && loadBalancerType !== "application") return;
    if (dropInvalidHeaderFields !== true) report(wanted("dropInvalidHeaderFields", dropInvalidHeaderFields, "true"));
  }),
};
