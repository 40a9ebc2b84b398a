import type { ResourceValidationPolicy } from "@pulumi/policy";
import { objectOf } from "../../support/kubernetesObject.ts";
import { validateSelected } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

interface Binding {
  roleRef?: { name?: string };
  subjects?: { name?: string }[];
}

export const denyClusterAdmin: ResourceValidationPolicy = {
  name: "kubernetes-rbac-deny-cluster-admin",
  description: "Nobody is bound to cluster-admin: access entries of EKS are the way for people, and no pod needs it.",
  enforcementLevel: "mandatory",
  severity: "critical",
  validateResource: validateSelected(
    objectOf<Binding>("ClusterRoleBinding", "RoleBinding"),
    ({ roleRef, subjects }, report) => {
      if (roleRef?.name === "cluster-admin")
        report(wanted("roleRef.name", roleRef.name, "a role of the needed rights"));
      if (subjects?.some(({ name }) => name === "system:masters") === true) {
        report(wanted("subjects", "system:masters", "another group: that one cannot be taken its rights"));
      }
    },
  ),
};
