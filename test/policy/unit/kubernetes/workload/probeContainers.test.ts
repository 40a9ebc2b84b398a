import { probeContainers } from "../../../../../policy/kubernetes/workload/probeContainers.ts";
import { container, deployment, pod } from "../../../support/kubernetesObjects.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(probeContainers, {
  compliant: deployment,

  accepts: { "a broker without liveness": { props: { [`${container}.livenessProbe`]: undefined } } },
  refuses: {
    "no readiness": { props: { [`${container}.readinessProbe`]: undefined }, says: /no readinessProbe/ },
    "a sidecar without any": {
      props: { [`${pod}.containers.1`]: { name: "exporter" } },
      says: /containers\[exporter\]/,
    },
  },
});
