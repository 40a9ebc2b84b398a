import { spreadPods } from "../../../../../policy/kubernetes/workload/spreadPods.ts";
import { deployment, pod } from "../../../support/kubernetesObjects.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(spreadPods, {
  compliant: deployment,

  accepts: { "a single pod": { props: { "spec.replicas": 1, [`${pod}.topologySpreadConstraints`]: undefined } } },
  refuses: {
    silence: {
      props: { [`${pod}.topologySpreadConstraints`]: undefined },
      says: /topologySpreadConstraints of spec.template.spec is \[\]/,
    },
    "hosts alone": {
      props: { [`${pod}.topologySpreadConstraints`]: [{ topologyKey: "kubernetes.io/hostname" }] },
      says: /one over topology.kubernetes.io\/zone/,
    },
  },
});
