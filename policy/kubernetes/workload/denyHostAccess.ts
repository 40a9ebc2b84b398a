import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateSelected } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";
import { workloadOf } from "../../support/workload.ts";

export const denyHostAccess: ResourceValidationPolicy = {
  name: "kubernetes-workload-deny-host-access",
  description: "No pod shares the node's network, processes or files: its neighbours' data would be open to it.",
  enforcementLevel: "mandatory",
  severity: "critical",
  validateResource: validateSelected(workloadOf, ({ pod, path }, report) => {
    for (const property of ["hostNetwork", "hostPID", "hostIPC"] as const) {
      if (pod[property] === true) report(wanted(`${path}.${property}`, true, "false"));
    }
    for (const { name, hostPath } of pod.volumes ?? []) {
      if (hostPath !== undefined) {
        report(wanted(`${path}.volumes[${name ?? "?"}].hostPath`, hostPath.path, "another kind of volume"));
      }
    }
  }),
};
