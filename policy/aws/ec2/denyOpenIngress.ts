import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { awsType } from "../../support/awsType.ts";
import { ingressOf, type Ingress } from "../../support/ingress.ts";
import { refersTo } from "../../support/refersTo.ts";
import { validateEach } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

const anywhere = ["0.0.0.0/0", "::/0"];
const publicPorts = [80, 443];

function isWebPort({ fromPort, toPort }: Ingress): boolean {
  return fromPort !== undefined && fromPort === toPort && publicPorts.includes(fromPort);
}

/** Whether the rule's group is worn by an internet-facing load balancer. */
function guardsPublicLoadBalancer(rule: PolicyResource, resources: PolicyResource[]): boolean {
  const groups = resources.filter(
    (group) =>
      group.type === awsType.securityGroup && (group.urn === rule.urn || refersTo(rule, "securityGroupId", group)),
  );
  return resources.some(
    (balancer) =>
      balancer.type === awsType.loadBalancer &&
      balancer.props["internal"] !== true &&
      groups.some((group) => refersTo(balancer, "securityGroups", group)),
  );
}

export const denyOpenIngress: StackValidationPolicy = {
  name: "aws-ec2-deny-open-ingress",
  description: "Nothing but ports 80 and 443 of a public load balancer is open to the whole internet.",
  enforcementLevel: "mandatory",
  severity: "critical",
  validateStack: validateEach((resource, report, { resources }) => {
    for (const ingress of ingressOf(resource)) {
      const open = ingress.sources.filter((source) => anywhere.includes(source));
      if (open.length === 0) continue;
      if (isWebPort(ingress) && guardsPublicLoadBalancer(resource, resources)) continue;
      const { fromPort, toPort } = ingress;
      report(
        wanted(`ingress of ports ${fromPort ?? "any"} to ${toPort ?? "any"}`, open, "from known networks or groups"),
      );
    }
  }),
};
