import { eks } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const authenticateByApi: ResourceValidationPolicy = {
  name: "aws-eks-authenticate-by-api",
  description:
    "Access to the cluster is granted by access entries alone: the aws-auth ConfigMap locks everyone out when it is lost.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateResource: validateClass(eks.Cluster, ({ accessConfig }, report) => {
    const mode = accessConfig?.authenticationMode;
    if (mode !== "API") report(wanted("accessConfig.authenticationMode", mode, '"API"'));
  }),
};
