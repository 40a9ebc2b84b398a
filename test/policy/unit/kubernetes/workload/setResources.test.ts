import { setResources } from "../../../../../policy/kubernetes/workload/setResources.ts";
import { container, deployment, pod } from "../../../support/kubernetesObjects.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(setResources, {
  compliant: deployment,

  refuses: {
    "no memory limit": {
      props: { [`${container}.resources.limits.memory`]: undefined },
      says: /containers\[main\].resources.limits.memory is not set/,
    },
    "an init container without a request": {
      props: {
        [`${pod}.initContainers`]: [
          { name: "init", resources: { requests: { memory: "1" }, limits: { cpu: "1", memory: "1" } } },
        ],
      },
      says: /initContainers\[init\].resources.requests.cpu/,
    },
  },
});
