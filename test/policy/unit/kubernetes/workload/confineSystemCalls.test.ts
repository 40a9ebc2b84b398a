import { confineSystemCalls } from "../../../../../policy/kubernetes/workload/confineSystemCalls.ts";
import { container, deployment, pod } from "../../../support/kubernetesObjects.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(confineSystemCalls, {
  compliant: deployment,

  refuses: {
    silence: {
      props: { [`${pod}.securityContext.seccompProfile`]: undefined },
      says: /seccompProfile.type is not set/,
    },
    "a container that takes it back": {
      props: { [`${container}.securityContext.seccompProfile`]: { type: "Unconfined" } },
      says: /is "Unconfined"/,
    },
  },
});
