import { denyClusterAdmin } from "../../../../../policy/kubernetes/rbac/denyClusterAdmin.ts";
import { object } from "../../../support/kubernetesObjects.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(denyClusterAdmin, {
  compliant: object("rbac.authorization.k8s.io/v1:ClusterRoleBinding", "binding", {
    roleRef: { name: "view" },
    subjects: [{ name: "autoscaler" }],
  }),

  refuses: {
    "an administrator": { props: { "roleRef.name": "cluster-admin" }, says: /roleRef.name is "cluster-admin"/ },
    "the masters": { props: { "subjects.0.name": "system:masters" }, says: /system:masters/ },
  },
});
