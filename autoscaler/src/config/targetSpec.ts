import type {
  Behavior,
  MetricScope,
  MetricSpec,
  Rule,
  ScalingRules,
  TargetSpec,
  ThresholdRule,
  Tolerance,
} from "../core/model.ts";
import { defaults } from "./defaults.ts";
import type { MetricConfig } from "./metricSchema.ts";
import type { BehaviorConfig, RuleConfig } from "./ruleSchema.ts";
import { scheduledBounds, type Bounds } from "./schedule.ts";
import type { TargetConfig } from "./schema.ts";

/**
 * What the core has to know of a target: all defaults filled in, nothing about where metrics come from. The bounds are
 * those outside all schedules.
 */
export function toTargetSpec(config: TargetConfig): TargetSpec {
  const { name, mode, minReplicas, maxReplicas, behavior, veto, stuckConsumers, foreignWrites } = config;
  const metrics = Object.entries(config.metrics).map(([metric, source]): [string, MetricSpec] => [
    metric,
    { scope: scopeOf(source), maxAgeSeconds: config.maxMetricAgeSeconds },
  ]);
  const rules = config.rules.map((rule) => toRule(rule, config));
  return {
    name,
    mode,
    minReplicas,
    maxReplicas,
    metrics: Object.fromEntries(metrics),
    rules,
    behavior: toBehavior(behavior),
    foreignWriteHoldSeconds: foreignWrites.holdSeconds,
    ...(veto === undefined ? {} : { veto }),
    ...(stuckConsumers === false ? {} : { stuckConsumersSeconds: stuckConsumers.forSeconds }),
  };
}

/**
 * The specification at a time (epoch seconds): the bounds are those of the schedules that are active then. The same
 * object until a bound changes, since every tick asks.
 */
export function targetSpecAt(config: TargetConfig): (now: number) => TargetSpec {
  const spec = toTargetSpec(config);
  if (config.schedules.length === 0) return () => spec;
  const boundsAt = scheduledBounds(config);
  let last: { readonly bounds: Bounds; readonly spec: TargetSpec } | undefined;
  return (now) => {
    const bounds = boundsAt(now);
    if (last?.bounds !== bounds) last = { bounds, spec: { ...spec, ...bounds } };
    return last.spec;
  };
}

function scopeOf(metric: MetricConfig): MetricScope {
  if (metric.resource !== undefined) return "utilization";
  // Only a query can be either, so only a query says which.
  return metric.podMetrics === undefined ? (metric.prometheus?.scope ?? "total") : "perPod";
}

function toRule(rule: RuleConfig, target: TargetConfig): Rule {
  const { name, perReplica, utilization, threshold, drain } = rule;
  const withTolerance = (own: number | undefined): Tolerance => toTolerance(own, target.behavior);
  if (perReplica !== undefined)
    return { kind: "perReplica", name, ...perReplica, tolerance: withTolerance(perReplica.tolerance) };
  if (utilization !== undefined)
    return { kind: "utilization", name, ...utilization, tolerance: withTolerance(utilization.tolerance) };
  if (threshold !== undefined) return toThreshold(name, threshold, target);
  if (drain !== undefined) {
    const { serviceRatePerReplica, ...rest } = drain;
    return { kind: "drain", name, ...rest, ...(serviceRatePerReplica === undefined ? {} : { serviceRatePerReplica }) };
  }
  // The schema has seen to it; here for the compiler.
  throw new Error(`rule ${name} has no kind`);
}

/** A rule's own tolerance wins, then the direction's in `behavior`, then the HPA's default. */
function toTolerance(own: number | undefined, behavior: BehaviorConfig): Tolerance {
  return {
    up: own ?? behavior.scaleUp?.tolerance ?? defaults.tolerance,
    down: own ?? behavior.scaleDown?.tolerance ?? defaults.tolerance,
  };
}

function toThreshold(
  name: string,
  { scaleUp, scaleDown }: NonNullable<RuleConfig["threshold"]>,
  target: TargetConfig,
): ThresholdRule {
  // The standard marks apply to the metrics that the target has.
  const present = (marks: Readonly<Record<string, number>>): Record<string, number> =>
    Object.fromEntries(Object.entries(marks).filter(([metric]) => metric in target.metrics));
  return {
    kind: "threshold",
    name,
    scaleUp: { anyAbove: scaleUp.anyAbove ?? present(defaults.threshold.anyAbove), step: defined(scaleUp.step) },
    scaleDown: {
      allBelow: scaleDown.allBelow ?? present(defaults.threshold.allBelow),
      forSeconds: scaleDown.forSeconds,
      step: defined(scaleDown.step),
    },
  };
}

/** Missing parts are filled in one by one, as the HPA does. */
function toBehavior(behavior: BehaviorConfig): Behavior {
  return {
    scaleUp: toScalingRules(behavior.scaleUp, defaults.behavior.scaleUp),
    scaleDown: toScalingRules(behavior.scaleDown, defaults.behavior.scaleDown),
  };
}

function toScalingRules(given: BehaviorConfig["scaleUp"], standard: ScalingRules): ScalingRules {
  return {
    stabilizationWindowSeconds: given?.stabilizationWindowSeconds ?? standard.stabilizationWindowSeconds,
    selectPolicy: given?.selectPolicy ?? standard.selectPolicy,
    // As a whole: merged lists would make limits that nobody wrote.
    policies: given?.policies ?? standard.policies,
  };
}

// Zod writes absent keys as undefined, which the exact types of the core leave out.
function defined(step: { percent?: number | undefined; pods?: number | undefined }): {
  percent?: number;
  pods?: number;
} {
  return {
    ...(step.percent === undefined ? {} : { percent: step.percent }),
    ...(step.pods === undefined ? {} : { pods: step.pods }),
  };
}
