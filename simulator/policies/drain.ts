import type { DrainPart, DrainRule, TargetSpec } from "../../autoscaler/src/core/model.ts";
import type { PolicyKind, Scenario } from "../model.ts";
import { capacityOf } from "./capacity.ts";
import { corePolicy, readQueue } from "./core.ts";

/** What may be set otherwise than in the one setting that all comparisons are made with. */
export type DrainSetting = Partial<
  Pick<DrainRule, "headroom" | "lateShare" | "scaleInWhileBusy" | "serviceRatePerReplica" | "without">
>;

/** As a target's `periodSeconds` is by default. */
const periodSeconds = 2;

/** No policy meters the way: what the rule asks for is what the deadlines need. */
const unmetered = {
  stabilizationWindowSeconds: 0,
  selectPolicy: "Max",
  policies: [{ type: "Pods", value: 1000, periodSeconds: 15 }],
} as const;

/**
 * This autoscaler with its drain rule alone, as its configuration would set it up: rate and delay are given, and overruled by what
 * is learned. `rateFactor`: what the given rate is wrong by.
 */
export function drainPolicy(setting: DrainSetting = {}, { name = "drain", rateFactor = 1 } = {}): PolicyKind {
  return {
    name,
    setting: Object.entries(setting)
      .map(([key, value]) => `${key} ${String(value)}`)
      .join(", "),
    create: (scenario, { meanServiceSeconds }) =>
      corePolicy(
        targetSpec(scenario, {
          serviceRatePerReplica: rateFactor * capacityOf(scenario, { meanServiceSeconds }),
          ...setting,
        }),
        periodSeconds,
        (view) => ({ queue: readQueue(view) }),
      ),
  };
}

function targetSpec(scenario: Scenario, setting: DrainSetting): TargetSpec {
  const { minReplicas, maxReplicas, maxWaitSeconds, readinessDelaySeconds } = scenario;
  const rule = { kind: "drain", name: "wait", metric: "queue", maxWaitSeconds, readinessDelaySeconds } as const;
  return {
    name: "simulated",
    mode: "scale",
    minReplicas,
    maxReplicas,
    metrics: { queue: { scope: "total", maxAgeSeconds: 30 } },
    rules: [{ ...rule, headroom: 0, lateShare: 0.01, scaleInWhileBusy: true, ...setting }],
    behavior: { scaleUp: unmetered, scaleDown: unmetered },
    foreignWriteHoldSeconds: 120,
  };
}

const parts: readonly DrainPart[] = ["ages", "starts", "margin", "burst", "lookAhead", "reserve"];

/** The rule without each of its parts, in two settings that a configuration may choose instead, and told a wrong rate. */
export const ablations: readonly { readonly name: string; readonly policy: PolicyKind }[] = [
  ...parts.map((part) => ({ name: `without ${part}`, policy: drainPolicy({ without: [part] }) })),
  { name: "busy replicas kept", policy: drainPolicy({ scaleInWhileBusy: false }) },
  { name: "headroom 0.5", policy: drainPolicy({ headroom: 0.5 }) },
  { name: "rate twice too high", policy: drainPolicy({}, { rateFactor: 2 }) },
];
