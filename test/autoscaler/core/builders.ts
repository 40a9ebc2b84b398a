import { defaults } from "../../../autoscaler/src/config/defaults.ts";
import type {
  DrainRule,
  Measurement,
  Rule,
  Signals,
  Snapshot,
  TargetSpec,
} from "../../../autoscaler/src/core/model.ts";
import type { RuleContext } from "../../../autoscaler/src/core/rules/context.ts";
import { toSignals } from "../../../autoscaler/src/core/signal.ts";
import { seedState, type State } from "../../../autoscaler/src/core/state.ts";

export const tolerance = { up: 0.1, down: 0.1 };

export const backlogRule: Rule = { kind: "perReplica", name: "backlog", metric: "queue", target: 100, tolerance };

/** A wait of 30 s, starts of 10 s, 2 messages a second by each replica; none of these is typical, all are easy to reckon with. */
export const waitRule: DrainRule = {
  kind: "drain",
  name: "wait",
  metric: "queue",
  maxWaitSeconds: 30,
  readinessDelaySeconds: 10,
  serviceRatePerReplica: 2,
  headroom: 0,
  lateShare: 0.01,
  scaleInWhileBusy: false,
};

/** Learns what a replica finishes, since no configuration says so. */
export const learningRule: DrainRule = (({ serviceRatePerReplica: _, ...rule }) => rule)(waitRule);

/** Queue, CPU, memory and request rate as a worker has them; no window holds the count back unless a test says so. */
export function specOf(more: Partial<TargetSpec> = {}): TargetSpec {
  return {
    name: "worker",
    mode: "scale",
    foreignWriteHoldSeconds: 0,
    minReplicas: 1,
    maxReplicas: 100,
    metrics: {
      queue: { scope: "total", maxAgeSeconds: 30 },
      cpu: { scope: "utilization", maxAgeSeconds: 30 },
      memory: { scope: "utilization", maxAgeSeconds: 30 },
      requestRate: { scope: "perPod", maxAgeSeconds: 30 },
    },
    rules: [backlogRule],
    behavior: {
      scaleUp: { ...defaults.behavior.scaleUp, policies: [{ type: "Percent", value: 1000, periodSeconds: 15 }] },
      scaleDown: { ...defaults.behavior.scaleDown, stabilizationWindowSeconds: 0 },
    },
    ...more,
  };
}

export interface Scene {
  readonly now?: number;
  readonly current?: number;
  readonly ready?: number;
  /** Values observed now; null: the source failed. */
  readonly values?: Readonly<Record<string, number | Measurement | null>>;
}

/** What is not given is idle and fresh. */
export function snapshotOf({ now = 1000, current = 4, ready, values = {} }: Scene): Snapshot {
  const all: NonNullable<Scene["values"]> = { queue: 0, cpu: 0, memory: 0, requestRate: 0, ...values };
  const readings = Object.entries(all).map(([name, value]) => {
    if (value === null) return [name, { error: "down" }];
    return [name, typeof value === "number" ? { value, observedAt: now } : value];
  });
  return {
    now,
    currentReplicas: current,
    readyReplicas: ready ?? current,
    readings: Object.fromEntries(readings) as Snapshot["readings"],
  };
}

export function contextOf(
  scene: Scene,
  state?: State,
  spec: TargetSpec = specOf(),
): RuleContext & { signals: Signals } {
  const snapshot = snapshotOf(scene);
  const seeded = state ?? seedState(snapshot.now, snapshot.currentReplicas, snapshot.readyReplicas);
  return { spec, state: seeded, snapshot, signals: toSignals(spec.metrics, snapshot) };
}
