import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateSelected } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";
import { containersOf, workloadOf } from "../../support/workload.ts";

const needed = [
  ["requests", "cpu"],
  ["requests", "memory"],
  ["limits", "cpu"],
  ["limits", "memory"],
] as const;

export const setResources: ResourceValidationPolicy = {
  name: "kubernetes-workload-set-resources",
  description:
    "Every container says what it needs and at most takes: the scheduler, the HPA's percentages and the node's other pods rely on it.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateResource: validateSelected(workloadOf, (workload, report) => {
    for (const { container, path } of containersOf(workload)) {
      for (const [kind, resource] of needed) {
        const found = container.resources?.[kind]?.[resource];
        if (found === undefined) report(wanted(`${path}.resources.${kind}.${resource}`, found, "a quantity"));
      }
    }
  }),
};
