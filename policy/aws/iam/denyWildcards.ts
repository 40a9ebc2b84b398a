import type { ResourceValidationPolicy } from "@pulumi/policy";
import { grantsOf } from "../../support/grants.ts";
import { validateSelected } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

const wildcard = /^(\*|[\w-]+:\*)$/;

export const denyWildcards: ResourceValidationPolicy = {
  name: "aws-iam-deny-wildcards",
  description: "No role may do everything, or everything of one service, to every resource.",
  enforcementLevel: "mandatory",
  severity: "critical",
  validateResource: validateSelected(grantsOf, (statements, report) => {
    for (const { actions, resources } of statements) {
      const found = actions.filter((action) => wildcard.test(action));
      if (found.length > 0 && resources.includes("*")) {
        report(wanted('Action on Resource "*"', found, "single actions, or act on named resources"));
      }
    }
  }),
};
