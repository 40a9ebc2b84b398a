import type { ResourceValidationPolicy } from "@pulumi/policy";
import { ingressOf } from "../../support/ingress.ts";
import { validateSelected } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const describeIngress: ResourceValidationPolicy = {
  name: "aws-ec2-describe-ingress",
  description: "Every rule that lets traffic in says what for: nobody dares to remove a rule without a reason.",
  enforcementLevel: "advisory",
  severity: "low",
  validateResource: validateSelected(ingressOf, (rules, report) => {
    for (const { description } of rules) {
      if (!description) report(wanted("description of the ingress rule", description, "a sentence that says what for"));
    }
  }),
};
