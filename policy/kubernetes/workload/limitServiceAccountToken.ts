import type { StackValidationPolicy } from "@pulumi/policy";
import { namespaceOf, objectOf } from "../../support/kubernetesObject.ts";
import { ifKnown, validateEach } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";
import { type Workload, workloadOf } from "../../support/workload.ts";

interface Subject {
  kind?: string;
  name?: string;
  namespace?: string;
}
type Resources = Parameters<NonNullable<StackValidationPolicy["validateStack"]>>[0]["resources"];

const asAccount = objectOf<{ automountServiceAccountToken?: boolean }>("ServiceAccount");
const asBinding = objectOf<{ subjects?: Subject[] }>("RoleBinding", "ClusterRoleBinding");

function mountsToken({ pod }: Workload, { name, namespace }: Subject, resources: Resources): boolean {
  if (pod.automountServiceAccountToken !== undefined) return pod.automountServiceAccountToken;
  const account = resources
    .map((resource) => ifKnown(() => asAccount(resource)))
    .find((candidate) => candidate?.metadata?.name === name && namespaceOf(candidate ?? {}) === namespace);
  return account?.automountServiceAccountToken !== false;
}

function isBound(account: Subject, resources: Resources): boolean {
  return resources.some((resource) => {
    const binding = ifKnown(() => asBinding(resource));
    return binding?.subjects?.some(
      ({ kind, name, namespace }) =>
        kind === account.kind && name === account.name && (namespace ?? namespaceOf(binding)) === account.namespace,
    );
  });
}

export const limitServiceAccountToken: StackValidationPolicy = {
  name: "kubernetes-workload-limit-service-account-token",
  description:
    "Only a pod whose account is bound to a Role carries a token: everyone else has no business with the API server.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateStack: validateEach((resource, report, { resources }) => {
    const workload = workloadOf(resource);
    // Without containers it is no pod: a preview knows nothing of it yet.
    if (workload?.pod.containers === undefined) return;
    const name = workload.pod.serviceAccountName ?? "default";
    const account: Subject = { kind: "ServiceAccount", name, namespace: namespaceOf(workload) };
    if (!mountsToken(workload, account, resources) || isBound(account, resources)) return;
    const found = workload.pod.automountServiceAccountToken;
    report(wanted(`${workload.path}.automountServiceAccountToken`, found, `false: ${name} is bound to no Role`));
  }),
};
