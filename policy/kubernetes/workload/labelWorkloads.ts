import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateSelected } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";
import { workloadOf } from "../../support/workload.ts";

const recommended = ["app.kubernetes.io/name", "app.kubernetes.io/part-of"];

export const labelWorkloads: ResourceValidationPolicy = {
  name: "kubernetes-workload-label-workloads",
  description:
    "Every pod has the labels that Kubernetes recommends: dashboards, network policies and people find it by them.",
  enforcementLevel: "advisory",
  severity: "low",
  validateResource: validateSelected(workloadOf, ({ labels, path }, report) => {
    for (const label of recommended) {
      if (!labels[label]) report(wanted(`${path.replace(/spec$/, "metadata.labels")}[${label}]`, labels[label], "set"));
    }
  }),
};
