import type { StackValidationPolicy } from "@pulumi/policy";
import { disruptionBudgets } from "../../support/disruptionBudget.ts";
import { replicasOf } from "../../support/scaling.ts";
import { selects } from "../../support/selects.ts";
import { validateEach } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";
import { workloadOf } from "../../support/workload.ts";

export const budgetDisruptions: StackValidationPolicy = {
  name: "kubernetes-workload-budget-disruptions",
  description:
    "Every workload of two or more pods has a disruption budget, so that an upgrade of the nodes leaves it running, and one that lets nodes drain.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateStack: validateEach((resource, report, { resources }) => {
    const workload = workloadOf(resource);
    if (workload === undefined || replicasOf(workload, resources) < 2) return;
    const budget = disruptionBudgets(resources).find((candidate) => selects(candidate, workload));
    if (budget === undefined) {
      report(`${workload.kind} has no PodDisruptionBudget that selects its pods, but runs two or more of them`);
      return;
    }
    const { maxUnavailable } = budget.spec ?? {};
    if (maxUnavailable === 0 || maxUnavailable === "0%") {
      report(
        wanted("maxUnavailable of its PodDisruptionBudget", maxUnavailable, "at least 1: no node could be drained"),
      );
    }
  }),
};
