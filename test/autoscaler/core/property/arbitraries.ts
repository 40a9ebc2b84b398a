import fc from "fast-check";
import type {
  PodCounts,
  Reading,
  Rule,
  ScalingPolicy,
  ScalingRules,
  Snapshot,
  TargetSpec,
} from "../../../../autoscaler/src/core/model.ts";
import { learningRule, waitRule } from "../builders.ts";

/** Cheap generators: one small tuple of integers a value, so that 100,000 runs stay within a minute. */
const count = fc.nat(40);

const podsOf = (form: number, unready: number): { pods?: PodCounts } =>
  form < 4 ? {} : { pods: { measured: form - 4, unready: unready % 4, missing: unready % 3 } };

/** Failures, impossible numbers, parts, old values, values of a clock ahead, and sound ones of queues and of pods. */
export const reading: fc.Arbitrary<Reading> = fc
  .tuple(fc.nat(11), fc.nat(3000), fc.nat(60), fc.nat(40), fc.nat(60))
  .map(([form, value, age, rate, unacknowledged]) => {
    if (form === 0) return { error: "down" };
    if (form === 1) return { value: age % 2 === 0 ? -value - 1 : NaN, observedAt: -age };
    const ackRate = form > 8 ? 0 : rate;
    const queue = { ready: value, unacknowledged, publishRate: rate, deliverRate: rate, ackRate, consumers: 4 };
    const measurement = { value, observedAt: 4 - age / 4, queue, ...podsOf(form, unacknowledged) };
    if (form === 2) return { ...measurement, partial: "no statistics" };
    if (form === 3) return { value, observedAt: -age };
    return measurement;
  });

/** Times of readings are ages here; `snapshotAt` turns them into times. */
const readings = fc.record({ queue: reading, cpu: reading, rate: reading });

const tolerance = { up: 0.1, down: 0.1 };
const rules: readonly Rule[] = [
  { kind: "perReplica", name: "backlog", metric: "queue", target: 50, tolerance },
  { kind: "utilization", name: "cpu", metric: "cpu", target: 70, tolerance },
  { kind: "perReplica", name: "rate", metric: "rate", target: 100, tolerance },
  {
    kind: "threshold",
    name: "marks",
    scaleUp: { anyAbove: { cpu: 800, queue: 2000 }, step: { percent: 100, pods: 2 } },
    scaleDown: { allBelow: { cpu: 700, queue: 1500 }, forSeconds: 10, step: { percent: 50 } },
  },
  { ...waitRule, headroom: 0.5 },
  {
    ...learningRule,
    name: "learns",
    maxWaitSeconds: 5,
    readinessDelaySeconds: 15,
    lateShare: 0,
    scaleInWhileBusy: true,
  },
];

const policy: fc.Arbitrary<ScalingPolicy> = fc
  .tuple(fc.boolean(), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 30 }))
  .map(([ofPods, value, periodSeconds]) =>
    ofPods ? { type: "Pods", value, periodSeconds } : { type: "Percent", value: value * 25, periodSeconds },
  );

const selectPolicies = ["Max", "Max", "Min", "Disabled"] as const;

export const scalingRules: fc.Arbitrary<ScalingRules> = fc
  .tuple(fc.nat(3), fc.nat(3), policy, fc.option(policy, { freq: 1 }))
  .map(([window, select, one, other]) => ({
    stabilizationWindowSeconds: window * 5,
    selectPolicy: selectPolicies[select] ?? "Max",
    policies: other === null ? [one] : [one, other],
  }));

export const targetSpec: fc.Arbitrary<TargetSpec> = fc
  .tuple(fc.integer({ min: 1, max: 63 }), fc.nat(5), fc.nat(30), scalingRules, scalingRules, fc.nat(11))
  .map(([mask, minReplicas, span, scaleUp, scaleDown, holds]) => ({
    name: "t",
    mode: holds === 0 ? "observe" : "scale",
    foreignWriteHoldSeconds: holds % 3 === 0 ? 0 : 15,
    ...(holds % 2 === 0 ? {} : { stuckConsumersSeconds: 10, veto: { anyAbove: { cpu: 2000 } } }),
    minReplicas,
    maxReplicas: Math.max(1, minReplicas + span),
    metrics: {
      queue: { scope: "total", maxAgeSeconds: 12 },
      cpu: { scope: "utilization", maxAgeSeconds: 12 },
      rate: { scope: "perPod", maxAgeSeconds: 12 },
    },
    rules: rules.filter((_, index) => (mask >> index) % 2 === 1),
    behavior: { scaleUp, scaleDown },
  }));

export interface Step {
  /** Seconds since the step before; below zero: the clock was set back. */
  readonly after: number;
  readonly ready: number;
  readonly readings: Readonly<Record<string, Reading>>;
  /** Sets the count to something else than the last decision: a foreign write. */
  readonly count: number | undefined;
  readonly paused: Snapshot["paused"];
  readonly competitors: Snapshot["competitors"];
}

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    after: fc.integer({ min: -3, max: 12 }).map((seconds) => (seconds < 0 ? seconds * 20 : seconds)),
    ready: count,
    readings,
    count: fc.option(count, { nil: undefined, freq: 4 }),
    paused: fc.option(fc.constantFrom("up", "down", "both"), { nil: undefined, freq: 1 }),
    competitors: fc.option(fc.constant(["HorizontalPodAutoscaler t"]), { nil: undefined, freq: 1 }),
  }),
  { minLength: 1, maxLength: 4 },
);

export function snapshotAt(step: Step, now: number, currentReplicas: number): Snapshot {
  const dated = Object.entries(step.readings).map(([name, one]) => [
    name,
    "error" in one ? one : { ...one, observedAt: now + one.observedAt },
  ]);
  return {
    now,
    currentReplicas,
    readyReplicas: Math.min(step.ready, currentReplicas),
    readings: Object.fromEntries(dated) as Snapshot["readings"],
    ...(step.paused === undefined ? {} : { paused: step.paused }),
    ...(step.competitors === undefined ? {} : { competitors: step.competitors }),
  };
}
