import fc from "fast-check";
import type { Reading, Rule, Snapshot, TargetSpec } from "../../../../autoscaler/src/core/model.ts";

/** Cheap generators: one small tuple of integers a value, so that 100,000 runs stay within a minute. */
const count = fc.nat(40);

export const reading: fc.Arbitrary<Reading> = fc
  .tuple(fc.nat(9), fc.nat(3000), fc.nat(60), fc.nat(40), fc.nat(60))
  .map(([form, value, age, rate, unacknowledged]) => {
    if (form === 0) return { error: "down" };
    if (form === 1) return { value: -value - 1, observedAt: -age };
    const queue = { ready: value, unacknowledged, publishRate: rate, deliverRate: rate, ackRate: rate, consumers: 4 };
    const measurement = { value, observedAt: -age / 4, queue };
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
  {
    kind: "drain",
    name: "wait",
    metric: "queue",
    maxWaitSeconds: 30,
    readinessDelaySeconds: 10,
    serviceRatePerReplica: 2,
    headroom: 0.5,
  },
];

export const targetSpec: fc.Arbitrary<TargetSpec> = fc
  .tuple(fc.integer({ min: 1, max: 31 }), fc.nat(5), fc.nat(30), fc.nat(3), fc.nat(3))
  .map(([mask, minReplicas, span, up, down]) => ({
    name: "t",
    minReplicas,
    maxReplicas: Math.max(1, minReplicas + span),
    metrics: {
      queue: { scope: "total", maxAgeSeconds: 12 },
      cpu: { scope: "utilization", maxAgeSeconds: 12 },
      rate: { scope: "perPod", maxAgeSeconds: 12 },
    },
    rules: rules.filter((_, index) => (mask >> index) % 2 === 1),
    behavior: {
      scaleUp: {
        stabilizationWindowSeconds: up * 5,
        selectPolicy: up === 3 ? "Disabled" : "Max",
        policies: [{ type: "Pods", value: 4 + up, periodSeconds: 15 }],
      },
      scaleDown: {
        stabilizationWindowSeconds: down * 5,
        selectPolicy: down === 3 ? "Min" : "Max",
        policies: [{ type: "Percent", value: 50, periodSeconds: 15 }],
      },
    },
  }));

export interface Step {
  readonly after: number;
  readonly ready: number;
  readonly readings: Readonly<Record<string, Reading>>;
  /** Sets the count to something else than the last decision: a foreign write. */
  readonly count: number | undefined;
}

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    after: fc.nat(12),
    ready: count,
    readings,
    count: fc.option(count, { nil: undefined, freq: 4 }),
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
  };
}
