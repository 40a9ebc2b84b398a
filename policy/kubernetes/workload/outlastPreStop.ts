import type { ResourceValidationPolicy } from "@pulumi/policy";
import { validateSelected } from "../../support/validate.ts";
import { wanted } from "../../support/wanted.ts";
import { type Container, workloadOf } from "../../support/workload.ts";

const defaultGraceSeconds = 30;

type PreStop = NonNullable<Container["lifecycle"]>["preStop"];

/** How long a preStop hook only waits; `undefined` when it does something of unknown length. */
function pauseSeconds(preStop: PreStop): number | undefined {
  if (preStop?.sleep !== undefined) return preStop.sleep.seconds;
  const seconds = /\bsleep[ ,]+(\d+)/.exec(preStop?.exec?.command?.join(" ") ?? "")?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}

export const outlastPreStop: ResourceValidationPolicy = {
  name: "kubernetes-workload-outlast-pre-stop",
  description:
    "A pod's grace period is longer than its preStop pause: otherwise it is killed in the middle of its work without ever seeing SIGTERM.",
  enforcementLevel: "mandatory",
  severity: "high",
  validateResource: validateSelected(workloadOf, ({ pod, path }, report) => {
    const grace = pod.terminationGracePeriodSeconds ?? defaultGraceSeconds;
    for (const { name, lifecycle } of pod.containers ?? []) {
      const pause = pauseSeconds(lifecycle?.preStop);
      if (pause !== undefined && grace <= pause) {
        const want = `longer than the preStop of ${name ?? "?"} (${pause} s)`;
        report(wanted(`${path}.terminationGracePeriodSeconds`, grace, want));
      }
    }
  }),
};
