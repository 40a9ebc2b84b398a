import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateSelected } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

const tooMuch = /:policy\/(AdministratorAccess|PowerUserAccess|IAMFullAccess)$/;

function attachedPolicies({ type, props }: { type: string; props: object }): string[] {
  const { policyArn, managedPolicyArns } = props as { policyArn?: string; managedPolicyArns?: string[] };
  if (/^aws:iam\/(role|user|group)PolicyAttachment:/.test(type)) return policyArn === undefined ? [] : [policyArn];
  return type === "aws:iam/role:Role" ? (managedPolicyArns ?? []) : [];
}

export const denyAdministrator: ResourceValidationPolicy = {
  name: "aws-iam-deny-administrator",
  description:
    "No role of the platform is an administrator of the account: a hole in one pod must not open everything.",
  enforcementLevel: "mandatory",
  severity: "critical",
  validateResource: validateSelected(attachedPolicies, (arns, report) => {
    for (const arn of arns) {
      if (tooMuch.test(arn)) report(wanted("policyArn", arn, "a policy of the actions that are needed"));
    }
  }),
};
