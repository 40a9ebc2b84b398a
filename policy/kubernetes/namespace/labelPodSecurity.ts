import type { ResourceValidationPolicy } from "@pulumi/policy";
import { objectOf } from "../../support/kubernetesObject.ts";
import { validateSelected } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

const label = "pod-security.kubernetes.io/enforce";
/** node-exporter reads the node's own files. */
const needsHost = ["monitoring"];

export const labelPodSecurity: ResourceValidationPolicy = {
  name: "kubernetes-namespace-label-pod-security",
  description:
    "The API server itself refuses insecure pods in our namespaces, also those that come by another way than this program.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateResource: validateSelected(objectOf<object>("Namespace"), ({ metadata }, report, args) => {
    const { privilegedNamespaces = needsHost } = args.getConfig<{ privilegedNamespaces?: string[] }>();
    const mayBePrivileged = privilegedNamespaces.includes(metadata?.name ?? "");
    const level = metadata?.labels?.[label];
    if (level === "restricted" || (level !== undefined && mayBePrivileged)) return;
    report(wanted(`metadata.labels[${label}]`, level, mayBePrivileged ? "set" : '"restricted"'));
  }),
};
