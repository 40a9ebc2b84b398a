import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateSelected } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";
import { workloadOf } from "../../support/workload.ts";

export const denyBarePod: ResourceValidationPolicy = {
  name: "kubernetes-workload-deny-bare-pod",
  description: "No pod without a controller: nobody starts it again when its node goes.",
  enforcementLevel: "mandatory",
  severity: "medium",
  validateResource: validateSelected(workloadOf, ({ kind, metadata }, report) => {
    if (kind === "Pod") report(wanted("kind", `Pod ${metadata.name ?? ""}`, "a Deployment, StatefulSet or Job"));
  }),
};
