import { eks } from "@pulumi/aws";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateClass } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

export const encryptSecrets: ResourceValidationPolicy = {
  name: "aws-eks-encrypt-secrets",
  description:
    "Kubernetes Secrets are encrypted by a key of ours before they reach etcd, so that a copy of its disk shows none.",
  enforcementLevel: "mandatory",
  severity: "critical",
  validateResource: validateClass(eks.Cluster, ({ encryptionConfig }, report) => {
    const encrypted = encryptionConfig?.resources.includes("secrets") === true;
    if (!encrypted) report(wanted("encryptionConfig.resources", encryptionConfig?.resources, 'a list with "secrets"'));
  }),
};
