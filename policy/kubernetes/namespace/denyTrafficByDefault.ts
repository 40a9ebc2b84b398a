import type { StackValidationPolicy } from "@pulumi/policy";
import { namespaceOf, objectOf } from "../../support/kubernetesObject.ts";
import { ifKnown, validateEach } from "../../support/validate.ts";

interface Policy {
  spec?: { podSelector?: object; policyTypes?: string[]; ingress?: object[]; egress?: object[] };
}
const asNamespace = objectOf<object>("Namespace");
const asPolicy = objectOf<Policy>("NetworkPolicy");

/** An empty rule allows everything; one with peers or ports, such as DNS, leaves the rest denied. */
const allowsAll = (rules: object[] = []): boolean => rules.some((rule) => Object.keys(rule).length === 0);

/** The directions that a resource denies by default to all pods of the namespace. */
function closedBy(resource: Parameters<typeof asPolicy>[0], namespace: string): string[] {
  const policy = asPolicy(resource);
  if (policy?.spec === undefined || namespaceOf(policy) !== namespace) return [];
  const { podSelector = {}, policyTypes = [], ingress, egress } = policy.spec;
  if (Object.values(podSelector).some((part) => Object.keys(part as object).length > 0)) return [];
  return policyTypes.filter((type) => !allowsAll(type === "Ingress" ? ingress : egress));
}

export const denyTrafficByDefault: StackValidationPolicy = {
  name: "kubernetes-namespace-deny-traffic-by-default",
  description:
    "In our namespaces nothing may speak to anything unless a policy allows it: one captured pod must not reach the database.",
  enforcementLevel: "mandatory",
  severity: "critical",
  validateStack: validateEach((resource, report, { resources }) => {
    const name = asNamespace(resource)?.metadata?.name;
    if (name === undefined) return;
    const closed = resources.flatMap((other) => ifKnown(() => closedBy(other, name)) ?? []);
    for (const direction of ["Ingress", "Egress"]) {
      if (!closed.includes(direction)) {
        report(`namespace ${name} has no NetworkPolicy over all pods that denies ${direction}, but must have one`);
      }
    }
  }),
};
