import { lb } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const logAccess: ResourceValidationPolicy = {
  name: "aws-lb-log-access",
  description: "A load balancer writes who asked for what: attacks and outages are understood from it.",
  enforcementLevel: "mandatory",
  severity: "medium",
  validateResource: validateClass(lb.LoadBalancer, ({ accessLogs, loadBalancerType }, report) => {
    if (loadBalancerType !== undefined && loadBalancerType !== "application") return;
    if (accessLogs?.enabled !== true) report(wanted("accessLogs.enabled", accessLogs?.enabled, "true"));
  }),
};
