import type { Measurement, PerReplicaRule, PodCounts, Proposal } from "../model.ts";
import { usable } from "../signal.ts";
import { cannotSay, figure, propose, type RuleContext } from "./context.ts";
import { replicasByRatio, withinTolerance } from "./ratio.ts";

/**
 * A metric divided by its target per replica, with the HPA's AverageValue semantics for a total and its Pods semantics for a
 * per-pod average: within tolerance of what the current count carries, the count stays.
 */
export function proposePerReplica(rule: PerReplicaRule, context: RuleContext): Proposal {
  const measurement = usable(context.signals[rule.metric]);
  if (measurement === undefined) return cannotSay(rule.name, rule.metric, context);
  if (context.spec.metrics[rule.metric]?.scope !== "total") return proposeByAverage(rule, measurement, context);
  const { currentReplicas } = context.snapshot;
  const replicas = replicasForTotal(measurement.value, rule, currentReplicas);
  const detail = `${rule.metric} ${figure(measurement.value)} at ${figure(rule.target)} a replica: ${replicas}`;
  return propose(rule.name, replicas, currentReplicas, detail);
}

/** Source: GetExternalPerPodMetricReplicas in the HPA's replica_calculator.go. */
function replicasForTotal(total: number, rule: PerReplicaRule, currentReplicas: number): number {
  // From zero there is no ratio, so no tolerance either: one message is enough to begin.
  if (currentReplicas === 0) return Math.ceil(total / rule.target);
  const ratio = total / (rule.target * currentReplicas);
  return withinTolerance(ratio, rule.tolerance) ? currentReplicas : Math.ceil(total / rule.target);
}

function proposeByAverage(rule: PerReplicaRule, measurement: Measurement, context: RuleContext): Proposal {
  const { currentReplicas } = context.snapshot;
  const pods = podCounts(measurement, context);
  if (pods.measured === 0)
    return { rule: rule.name, replicas: null, reason: "MetricUnknown", detail: `no pod measures ${rule.metric}` };
  const { target, tolerance } = rule;
  const { value } = measurement;
  const replicas = replicasByRatio({
    value,
    target,
    tolerance,
    currentReplicas,
    pods,
    // The HPA takes a pod without a sample to be exactly at target when going down.
    missingValue: target,
    truncate: false,
  });
  const detail = `${rule.metric} ${figure(value)} a pod on ${pods.measured} pods, target ${figure(target)}: ${replicas}`;
  return propose(rule.name, replicas, currentReplicas, detail);
}

/** Where a reading does not say how its pods stand, ready pods are measured and the others are starting. */
export function podCounts(measurement: Measurement, context: RuleContext): PodCounts {
  const { currentReplicas, readyReplicas } = context.snapshot;
  return (
    measurement.pods ?? { measured: readyReplicas, unready: Math.max(0, currentReplicas - readyReplicas), missing: 0 }
  );
}
