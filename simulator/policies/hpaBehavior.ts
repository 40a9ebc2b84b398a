import type { Behavior, ScalingPolicy } from "../../autoscaler/src/core/model.ts";

/** What a manifest's `behavior` may change. */
export interface BehaviorSettings {
  readonly upWindowSeconds?: number;
  readonly downWindowSeconds?: number;
  readonly upPolicies?: readonly ScalingPolicy[];
  readonly downPolicies?: readonly ScalingPolicy[];
}

const defaultUp: readonly ScalingPolicy[] = [
  { type: "Pods", value: 4, periodSeconds: 15 },
  { type: "Percent", value: 100, periodSeconds: 15 },
];
const defaultDown: readonly ScalingPolicy[] = [{ type: "Percent", value: 100, periodSeconds: 15 }];

/** The `behavior` block with what is absent filled in. Source: pkg/apis/autoscaling/v2/defaults.go of Kubernetes. */
export function behaviorOf(settings: BehaviorSettings): Behavior {
  const { upWindowSeconds = 0, downWindowSeconds = 300, upPolicies = defaultUp, downPolicies = defaultDown } = settings;
  return {
    scaleUp: { stabilizationWindowSeconds: upWindowSeconds, selectPolicy: "Max", policies: upPolicies },
    scaleDown: { stabilizationWindowSeconds: downWindowSeconds, selectPolicy: "Max", policies: downPolicies },
  };
}

/** What differs from the defaults, and the window down, which most tuning is about: "down 60 s". */
export function behaviorText({
  upWindowSeconds,
  downWindowSeconds,
  upPolicies,
  downPolicies,
}: BehaviorSettings): string {
  const texts = [
    upWindowSeconds === undefined ? [] : [`up ${upWindowSeconds} s`],
    upPolicies === undefined ? [] : [`up by ${policiesText(upPolicies)}`],
    [`down ${downWindowSeconds ?? 300} s`],
    downPolicies === undefined ? [] : [`down by ${policiesText(downPolicies)}`],
  ];
  return texts.flat().join(", ");
}

function policiesText(policies: readonly ScalingPolicy[]): string {
  return policies.map(({ type, value, periodSeconds }) => `${value} ${type} / ${periodSeconds} s`).join(" or ");
}
