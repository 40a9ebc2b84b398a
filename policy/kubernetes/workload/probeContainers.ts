import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateSelected } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";
import { type Workload, workloadOf } from "../../support/workload.ts";

const longRunning: Workload["kind"][] = ["Deployment", "StatefulSet", "DaemonSet"];

export const probeContainers: ResourceValidationPolicy = {
  name: "kubernetes-workload-probe-containers",
  description: "Every long-running container is probed: rollouts, budgets and the autoscaler count ready pods.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateResource: validateSelected(workloadOf, ({ kind, pod, path }, report) => {
    if (!longRunning.includes(kind)) return;
    const containers = pod.containers ?? [];
    if (!containers.some(({ readinessProbe }) => readinessProbe !== undefined)) {
      report(`${path} has no readinessProbe, but must have one: a new pod gets traffic before it can answer`);
    }
    for (const { name, readinessProbe, livenessProbe } of containers) {
      if (readinessProbe === undefined && livenessProbe === undefined) {
        report(wanted(`probes of ${path}.containers[${name ?? "?"}]`, undefined, "a readinessProbe or livenessProbe"));
      }
    }
  }),
};
