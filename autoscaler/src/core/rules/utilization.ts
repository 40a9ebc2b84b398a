import type { Proposal, UtilizationRule } from "../model.ts";
import { usable } from "../signal.ts";
import { cannotSay, figure, propose, type RuleContext } from "./context.ts";
import { podCounts } from "./perReplica.ts";
import { replicasByRatio } from "./ratio.ts";

/** CPU or memory in percent of the request against a target percentage, as the HPA does for Resource metrics. */
export function proposeUtilization(rule: UtilizationRule, context: RuleContext): Proposal {
  const measurement = usable(context.signals[rule.metric]);
  if (measurement === undefined) return cannotSay(rule.name, rule.metric, context);
  const pods = podCounts(measurement, context);
  if (pods.measured === 0)
    return { rule: rule.name, replicas: null, reason: "MetricUnknown", detail: `no pod measures ${rule.metric}` };
  const { currentReplicas } = context.snapshot;
  const replicas = replicasByRatio({
    value: measurement.value,
    target: rule.target,
    tolerance: rule.tolerance,
    currentReplicas,
    pods,
    // A silent pod is taken to use its whole request, or the target where that is higher.
    missingValue: Math.max(100, rule.target),
    // Upstream computes utilisation in whole percents; without it the edges of the dead band differ.
    truncate: true,
  });
  const detail = `${rule.metric} ${figure(measurement.value)} % on ${pods.measured} pods, target ${figure(rule.target)} %: ${replicas}`;
  return propose(rule.name, replicas, currentReplicas, detail);
}
