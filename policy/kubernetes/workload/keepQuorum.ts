import type { StackValidationPolicy } from "@pulumi/policy";
import { disruptionBudgets, leastAvailable } from "../../support/disruptionBudget.ts";
import { replicasOf } from "../../support/scaling.ts";
import { selects } from "../../support/selects.ts";
import { validateEach } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";
import { workloadOf } from "../../support/workload.ts";

export const keepQuorum: StackValidationPolicy = {
  name: "kubernetes-workload-keep-quorum",
  description:
    "The disruption budget of a cluster leaves a majority of its members: a drained node must not stop the broker or lose a write.",
  enforcementLevel: "mandatory",
  severity: "critical",
  validateStack: validateEach((resource, report, { resources }) => {
    const workload = workloadOf(resource);
    if (workload?.kind !== "StatefulSet") return;
    const replicas = replicasOf(workload, resources);
    const budget = disruptionBudgets(resources).find((candidate) => selects(candidate, workload));
    if (replicas < 3 || budget === undefined) return;
    const left = leastAvailable(budget, replicas);
    if (left <= replicas / 2) {
      report(wanted("members left by its PodDisruptionBudget", left, `more than half of ${replicas}`));
    }
  }),
};
