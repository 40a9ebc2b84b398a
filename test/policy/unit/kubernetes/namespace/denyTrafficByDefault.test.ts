import { denyTrafficByDefault } from "../../../../../policy/kubernetes/namespace/denyTrafficByDefault.ts";
import { object } from "../../../support/kubernetesObjects.ts";
import { describePolicy } from "../../../support/describePolicy.ts";

const closing = (spec: object) =>
  object("networking.k8s.io/v1:NetworkPolicy", "deny", {
    spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"], ...spec },
  });

describePolicy(denyTrafficByDefault, {
  compliant: object("core/v1:Namespace", "jobsprint", {}),
  others: [closing({})],
  accepts: { "names that are resolved": { others: [closing({ egress: [{ ports: [{ port: 53 }] }] })] } },
  refuses: {
    "egress left open": { others: [closing({ policyTypes: ["Ingress"] })], says: /denies Egress/ },
    "ingress that allows everything": { others: [closing({ ingress: [{}] })], says: /denies Ingress/ },
    "a policy over some pods, in one direction": {
      others: [closing({ policyTypes: ["Egress"] }), closing({ podSelector: { matchLabels: { a: "b" } } })],
      says: /denies Ingress/,
    },
  },
});
