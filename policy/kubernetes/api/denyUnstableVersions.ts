import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateSelected } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

// Kubernetes' own groups; third parties often have nothing but beta versions.
const builtIn =
  /^kubernetes:(?<group>core|apps|batch|autoscaling|policy|extensions|[a-z.]+\.k8s\.io)\/(?<version>\w+):/;

export const denyUnstableVersions: ResourceValidationPolicy = {
  name: "kubernetes-api-deny-unstable-versions",
  description:
    "Objects use stable API versions: an upgrade of the cluster removes the others, and with them the next update.",
  enforcementLevel: "mandatory",
  severity: "medium",
  validateResource: validateSelected(
    ({ type }) => builtIn.exec(type)?.groups,
    ({ group, version }, report) => {
      if (group === "extensions" || /alpha|beta/.test(version ?? "")) {
        report(wanted("apiVersion", `${group ?? ""}/${version ?? ""}`, "a stable version"));
      }
    },
  ),
};
