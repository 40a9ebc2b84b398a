import { denyPublicAddress } from "../../../../../policy/kubernetes/service/denyPublicAddress.ts";
import { object } from "../../../support/kubernetesObjects.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

describePolicy(denyPublicAddress, {
  compliant: object("core/v1:Service", "service", { spec: { type: "ClusterIP" } }),

  accepts: {
    "an internal load balancer": {
      props: {
        "spec.type": "LoadBalancer",
        "metadata.annotations": { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal" },
      },
    },
  },
  refuses: {
    "a public load balancer": { props: { "spec.type": "LoadBalancer" }, says: /spec.type is "LoadBalancer"/ },
    "a port of every node": { props: { "spec.type": "NodePort" }, says: /spec.type is "NodePort"/ },
    "an address of its own": { props: { "spec.externalIPs": ["192.0.2.1"] }, says: /spec.externalIPs/ },
  },
});
