import { requireNonRoot } from "../../../../../policy/kubernetes/workload/requireNonRoot.ts";
import { container, deployment, pod } from "../../../support/kubernetesObjects.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(requireNonRoot, {
  compliant: deployment,

  refuses: {
    silence: { props: { [`${pod}.securityContext.runAsNonRoot`]: undefined }, says: /runAsNonRoot is not set/ },
    "a container that takes it back": {
      props: { [`${container}.securityContext.runAsNonRoot`]: false },
      says: /runAsNonRoot is false/,
    },
    "user 0": { props: { [`${container}.securityContext.runAsUser`]: 0 }, says: /runAsUser is 0/ },
  },
});
