import { denyWildcards } from "../../../../../policy/kubernetes/rbac/denyWildcards.ts";
import { object } from "../../../support/kubernetesObjects.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(denyWildcards, {
  compliant: object("rbac.authorization.k8s.io/v1:Role", "role", {
    rules: [{ apiGroups: ["apps"], resources: ["deployments"], verbs: ["get"] }],
  }),

  refuses: {
    "every verb": { props: { "rules.0.verbs": ["*"] }, says: /rules\[0\].verbs is \["\*"\]/ },
    "every resource": { props: { "rules.0.resources": ["*"] }, says: /rules\[0\].resources/ },
  },
});
