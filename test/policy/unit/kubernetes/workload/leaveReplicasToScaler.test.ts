import { leaveReplicasToScaler } from "../../../../../policy/kubernetes/workload/leaveReplicasToScaler.ts";
import { but, deployment, horizontalPodAutoscaler, object } from "../../../support/kubernetesObjects.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

const config = object("core/v1:ConfigMap", "autoscaler", {
  data: {
    "config.yaml": [
      "kind: AutoscalerConfig",
      "targets:",
      "  - scaleTargetRef: { kind: Deployment, name: api-gateway, namespace: jobsprint }",
    ].join("\n"),
  },
});

describePolicy(leaveReplicasToScaler, {
  compliant: { ...but(deployment, { "spec.replicas": undefined }) },
  others: [horizontalPodAutoscaler("api-gateway")],
  accepts: {
    "a count that is ignored later": { props: { "spec.replicas": 3 }, opts: { ignoreChanges: ["spec.replicas"] } },
    "a count that the API server filled in alone": {
      props: { "spec.replicas": 1, __inputs: but(deployment, { "spec.replicas": undefined }).props },
    },
    "a count that nobody scales": { props: { "spec.replicas": 3 }, others: [] },
  },
  refuses: {
    "a fixed count under an HPA": { props: { "spec.replicas": 3 }, says: /spec.replicas is 3, but must be absent/ },
    "a fixed count under the autoscaler": {
      props: { "spec.replicas": 3 },
      others: [config],
      says: /spec.replicas is 3/,
    },
    "a count that the API server filled in, and the program wrote": {
      props: { __inputs: but(deployment, {}).props },
      says: /spec.replicas is 3/,
    },
  },
});
