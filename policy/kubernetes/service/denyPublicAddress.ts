import type { ResourceValidationPolicy } from "@pulumi/policy";
import { objectOf } from "../../support/kubernetesObject.ts";
import { validateSelected } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

interface Service {
  metadata?: { annotations?: Record<string, string> };
  spec?: { type?: string; externalIPs?: string[] };
}
const scheme = "service.beta.kubernetes.io/aws-load-balancer-scheme";

export const denyPublicAddress: ResourceValidationPolicy = {
  name: "kubernetes-service-deny-public-address",
  description:
    "No Service is public by itself: traffic comes through the edge, with its firewall, certificate and logs.",
  enforcementLevel: "mandatory",
  severity: "critical",
  validateResource: validateSelected(objectOf<Service>("Service"), ({ metadata, spec }, report) => {
    if (spec?.type === "NodePort") report(wanted("spec.type", spec.type, "ClusterIP"));
    if (spec?.type === "LoadBalancer" && metadata?.annotations?.[scheme] !== "internal") {
      report(wanted("spec.type", spec.type, `ClusterIP, or have the annotation ${scheme}: internal`));
    }
    if (spec?.externalIPs !== undefined) report(wanted("spec.externalIPs", spec.externalIPs, "absent"));
  }),
};
