import { limitServiceAccountToken } from "../../../../../policy/kubernetes/workload/limitServiceAccountToken.ts";
import { deployment, object, pod } from "../../../support/kubernetesObjects.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

const binding = (name: string) =>
  object("rbac.authorization.k8s.io/v1:RoleBinding", "binding", { subjects: [{ kind: "ServiceAccount", name }] });

describePolicy(limitServiceAccountToken, {
  compliant: deployment,

  accepts: {
    "an account that is bound": {
      props: { [`${pod}.automountServiceAccountToken`]: true },
      others: [binding("api-gateway")],
    },
    "an account without a token": {
      props: { [`${pod}.automountServiceAccountToken`]: undefined },
      others: [object("core/v1:ServiceAccount", "api-gateway", { automountServiceAccountToken: false })],
    },
  },
  refuses: {
    "a token of no use": {
      props: { [`${pod}.automountServiceAccountToken`]: true },
      says: /automountServiceAccountToken is true, but must be false: api-gateway is bound to no Role/,
    },
    silence: { props: { [`${pod}.automountServiceAccountToken`]: undefined }, says: /is not set/ },
    "the binding of another account": {
      props: { [`${pod}.automountServiceAccountToken`]: true },
      others: [binding("autoscaler")],
      says: /bound to no Role/,
    },
  },
});
