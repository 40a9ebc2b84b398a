import { eks } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const useLaunchTemplate: ResourceValidationPolicy = {
  name: "aws-eks-use-launch-template",
  description:
    "Nodes come from a launch template of ours: the one that EKS makes by itself escapes every policy about metadata and disks.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateResource: validateClass(eks.NodeGroup, ({ launchTemplate }, report) => {
    if (launchTemplate === undefined)
      report(wanted("launchTemplate", launchTemplate, "a launch template of this stack"));
  }),
};
