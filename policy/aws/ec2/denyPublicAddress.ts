import { ec2 } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const denyPublicAddress: ResourceValidationPolicy = {
  name: "aws-ec2-deny-public-address",
  description: "A node has no public address: it is reached through load balancers and leaves through NAT.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateResource: validateClass(ec2.LaunchTemplate, ({ networkInterfaces }, report) => {
    for (const { associatePublicIpAddress } of networkInterfaces ?? []) {
      if (String(associatePublicIpAddress) === "true") {
        report(wanted("networkInterfaces.associatePublicIpAddress", associatePublicIpAddress, "false"));
      }
    }
  }),
};
