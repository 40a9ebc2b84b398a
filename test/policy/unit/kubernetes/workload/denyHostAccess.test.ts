import { denyHostAccess } from "../../../../../policy/kubernetes/workload/denyHostAccess.ts";
import { deployment, pod } from "../../../support/kubernetesObjects.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(denyHostAccess, {
  compliant: deployment,

  refuses: {
    "the node's network": { props: { [`${pod}.hostNetwork`]: true }, says: /hostNetwork is true/ },
    "the node's processes": { props: { [`${pod}.hostPID`]: true }, says: /hostPID is true/ },
    "the node's files": {
      props: { [`${pod}.volumes.0`]: { name: "root", hostPath: { path: "/" } } },
      says: /volumes\[root\].hostPath is "\/"/,
    },
  },
});
