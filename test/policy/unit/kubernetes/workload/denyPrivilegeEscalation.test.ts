import { denyPrivilegeEscalation } from "../../../../../policy/kubernetes/workload/denyPrivilegeEscalation.ts";
import { container, deployment } from "../../../support/kubernetesObjects.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(denyPrivilegeEscalation, {
  compliant: deployment,

  refuses: {
    silence: {
      props: { [`${container}.securityContext.allowPrivilegeEscalation`]: undefined },
      says: /allowPrivilegeEscalation is not set/,
    },
  },
});
