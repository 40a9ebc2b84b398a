import { startFromTwo } from "../../../../../policy/kubernetes/scaling/startFromTwo.ts";
import { horizontalPodAutoscaler } from "../../../support/kubernetesObjects.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(startFromTwo, {
  compliant: horizontalPodAutoscaler("api-gateway"),

  accepts: { "one pod in dev": { props: { "spec.minReplicas": 1 }, environment: "dev" } },
  refuses: {
    "one pod": { props: { "spec.minReplicas": 1 }, says: /spec.minReplicas is 1/ },
    silence: { props: { "spec.minReplicas": undefined }, says: /not set/ },
  },
});
