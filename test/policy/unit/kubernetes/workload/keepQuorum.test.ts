import { keepQuorum } from "../../../../../policy/kubernetes/workload/keepQuorum.ts";
import { disruptionBudget, statefulSet } from "../../../support/kubernetesObjects.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(keepQuorum, {
  compliant: statefulSet,
  others: [disruptionBudget("rabbitmq", { maxUnavailable: 1 })],
  accepts: {
    "a single member": { props: { "spec.replicas": 1 }, others: [disruptionBudget("rabbitmq", { maxUnavailable: 1 })] },
  },
  refuses: {
    "two of three away": {
      others: [disruptionBudget("rabbitmq", { maxUnavailable: 2 })],
      says: /left by its PodDisruptionBudget is 1, but must be more than half of 3/,
    },
    "half away, in percent": { others: [disruptionBudget("rabbitmq", { maxUnavailable: "50%" })], says: /is 1/ },
    "a minimum below a majority": { others: [disruptionBudget("rabbitmq", { minAvailable: 1 })], says: /is 1/ },
  },
});
