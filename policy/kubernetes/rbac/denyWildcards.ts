import type { ResourceValidationPolicy } from "@pulumi/policy";
import { objectOf } from "../../support/kubernetesObject.ts";
import { validateSelected } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

interface Role {
  rules?: { verbs?: string[]; resources?: string[]; apiGroups?: string[] }[];
}

export const denyWildcards: ResourceValidationPolicy = {
  name: "kubernetes-rbac-deny-wildcards",
  description:
    "A role names what it may do: a wildcard also grants what is invented later, such as reading every Secret.",
  enforcementLevel: "mandatory",
  severity: "critical",
  validateResource: validateSelected(objectOf<Role>("Role", "ClusterRole"), ({ rules }, report) => {
    for (const [index, rule] of (rules ?? []).entries()) {
      for (const part of ["verbs", "resources", "apiGroups"] as const) {
        if (rule[part]?.includes("*") === true) {
          report(wanted(`rules[${index}].${part}`, rule[part], "a list without *"));
        }
      }
    }
  }),
};
