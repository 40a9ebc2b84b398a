import type { ResourceValidationPolicy } from "@pulumi/policy";
import { environmentOf, environmentSchema } from "../../support/environment.ts";
import { objectOf } from "../../support/kubernetesObject.ts";
import { validateSelected } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";

interface Scaler {
  spec?: { minReplicas?: number };
}

export const startFromTwo: ResourceValidationPolicy = {
  name: "kubernetes-scaling-start-from-two",
  description: "In production an HPA keeps two pods at least: one pod is an outage at every drain.",
  enforcementLevel: "mandatory",
  severity: "high",
  configSchema: environmentSchema,
  validateResource: validateSelected(objectOf<Scaler>("HorizontalPodAutoscaler"), ({ spec }, report, args) => {
    // The API server takes 1 unless told otherwise.
    if (environmentOf(args) === "prod" && (spec?.minReplicas ?? 1) < 2) {
      report(wanted("spec.minReplicas", spec?.minReplicas, "at least 2"));
    }
  }),
};
