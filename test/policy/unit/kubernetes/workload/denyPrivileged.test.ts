import { denyPrivileged } from "../../../../../policy/kubernetes/workload/denyPrivileged.ts";
import { container, deployment } from "../../../support/kubernetesObjects.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(denyPrivileged, {
  compliant: deployment,

  refuses: {
    "a privileged container": {
      props: { [`${container}.securityContext.privileged`]: true },
      says: /privileged is true/,
    },
  },
});
