import { dropCapabilities } from "../../../../../policy/kubernetes/workload/dropCapabilities.ts";
import { container, deployment } from "../../../support/kubernetesObjects.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(dropCapabilities, {
  compliant: deployment,

  refuses: {
    "kept capabilities": {
      props: { [`${container}.securityContext.capabilities`]: undefined },
      says: /capabilities.drop is not set/,
    },
    "an added one": {
      props: { [`${container}.securityContext.capabilities.add`]: ["NET_ADMIN"] },
      says: /capabilities.add is \["NET_ADMIN"\]/,
    },
  },
});
