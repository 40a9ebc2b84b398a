import { eks } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { environmentOf, environmentSchema } from "../../support/environment.ts";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

const anywhere = ["0.0.0.0/0", "::/0"];

export const restrictEndpoint: ResourceValidationPolicy = {
  name: "aws-eks-restrict-endpoint",
  description:
    "The API server is private in production, and never open to the whole internet: one leaked credential must not be enough.",
  enforcementLevel: "mandatory",
  severity: "critical",
  configSchema: environmentSchema,
  validateResource: validateClass(eks.Cluster, ({ vpcConfig }, report, args) => {
    const { endpointPrivateAccess, endpointPublicAccess, publicAccessCidrs } = vpcConfig;
    if (endpointPrivateAccess !== true) {
      report(wanted("vpcConfig.endpointPrivateAccess", endpointPrivateAccess, "true"));
    }
    if (endpointPublicAccess === false) return;
    if (environmentOf(args) === "prod") {
      report(wanted("vpcConfig.endpointPublicAccess", endpointPublicAccess, "false"));
    }
    // Without a list AWS takes the whole internet.
    if (publicAccessCidrs === undefined || publicAccessCidrs.some((cidr) => anywhere.includes(cidr))) {
      report(wanted("vpcConfig.publicAccessCidrs", publicAccessCidrs, "a list of known networks"));
    }
  }),
};
