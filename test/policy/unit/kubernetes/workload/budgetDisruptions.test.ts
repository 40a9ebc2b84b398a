import { budgetDisruptions } from "../../../../../policy/kubernetes/workload/budgetDisruptions.ts";
import { deployment, disruptionBudget, horizontalPodAutoscaler } from "../../../support/kubernetesObjects.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(budgetDisruptions, {
  compliant: deployment,
  others: [disruptionBudget("api-gateway", { maxUnavailable: 1 })],
  accepts: { "a single pod": { props: { "spec.replicas": 1 }, others: [] } },
  refuses: {
    "no budget": { others: [], says: /no PodDisruptionBudget/ },
    "the budget of another workload": {
      others: [disruptionBudget("frontend", { maxUnavailable: 1 })],
      says: /no PodDisruptionBudget/,
    },
    "a budget that lets no node drain": {
      others: [disruptionBudget("api-gateway", { maxUnavailable: 0 })],
      says: /maxUnavailable of its PodDisruptionBudget is 0/,
    },
    "a scaled workload without one": {
      props: { "spec.replicas": undefined },
      others: [horizontalPodAutoscaler("api-gateway")],
      says: /no PodDisruptionBudget/,
    },
  },
});
