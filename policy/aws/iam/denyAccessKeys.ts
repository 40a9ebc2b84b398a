import { iam } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const denyAccessKeys: ResourceValidationPolicy = {
  name: "aws-iam-deny-access-keys",
  description: "No access keys: they never expire and leak; pods and people take on roles for hours instead.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateResource: validateClass(iam.AccessKey, ({ user }, report) => {
    report(wanted("user of an access key", user, "a role with a pod identity"));
  }),
};
