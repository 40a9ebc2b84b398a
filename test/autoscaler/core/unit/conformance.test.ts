import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { defaults } from "../../../../autoscaler/src/config/defaults.ts";
import { limit } from "../../../../autoscaler/src/core/limit.ts";
import type { ScalingRules, TargetSpec } from "../../../../autoscaler/src/core/model.ts";
import { stabilise } from "../../../../autoscaler/src/core/stabilise.ts";

type Policies = ["Pods" | "Percent", number, number][] | null;
type Aged = [number, number][];

interface RateRow {
  name: string;
  current: number;
  desired: number;
  min: number;
  max: number;
  up: Policies;
  down: Policies;
  upEvents: Aged;
  downEvents: Aged;
  expect: number;
  reason: string;
}

interface StabiliseRow {
  name: string;
  current: number;
  desired: number;
  recommendations: Aged;
  upWindow: number;
  downWindow: number;
  expect: number;
}

const file = new URL("../../../fixtures/conformance/hpa-behavior-vectors.json", import.meta.url);
const vectors = JSON.parse(readFileSync(file, "utf8")) as { rate: RateRow[]; stabilise: StabiliseRow[] };
const now = 1000;

function rules(standard: ScalingRules, policies: Policies): ScalingRules {
  if (policies === null) return standard;
  return { ...standard, policies: policies.map(([type, value, periodSeconds]) => ({ type, value, periodSeconds })) };
}

const spec = (row: Pick<RateRow, "min" | "max" | "up" | "down">): TargetSpec => ({
  name: "t",
  mode: "scale",
  foreignWriteHoldSeconds: 0,
  minReplicas: row.min,
  maxReplicas: row.max,
  metrics: {},
  rules: [],
  behavior: {
    scaleUp: rules(defaults.behavior.scaleUp, row.up),
    scaleDown: rules(defaults.behavior.scaleDown, row.down),
  },
});

const events = (aged: Aged) => aged.map(([change, age]) => ({ at: now - age, change }));

describe("the HPA's vectors", () => {
  it("are all there", () => {
    assert.deepEqual([vectors.rate.length, vectors.stabilise.length], [34, 9]);
  });

  for (const row of vectors.rate) {
    it(`rate: ${row.name}`, () => {
      const happened = { scaleUpEvents: events(row.upEvents), scaleDownEvents: events(row.downEvents) };
      const limited = limit(row.desired, { current: row.current, now }, happened, spec(row));
      assert.deepEqual(limited, { replicas: row.expect, reason: row.reason });
    });
  }

  for (const row of vectors.stabilise) {
    it(`stabilise: ${row.name}`, () => {
      const { behavior } = spec({ min: 0, max: 1000, up: null, down: null });
      const windows = {
        scaleUp: { ...behavior.scaleUp, stabilizationWindowSeconds: row.upWindow },
        scaleDown: { ...behavior.scaleDown, stabilizationWindowSeconds: row.downWindow },
      };
      const history = row.recommendations.map(([replicas, age]) => ({ at: now - age, replicas }));
      const { replicas } = stabilise(row.desired, { current: row.current, now }, history, windows);
      assert.equal(replicas, row.expect);
    });
  }

  it("counts removals on the way up", () => {
    const row = { min: 0, max: 100, up: [["Pods", 4, 60]] as Policies, down: null };
    const happened = { scaleUpEvents: events([[2, 5]]), scaleDownEvents: events([[6, 5]]) };
    // 10 now, 10 − 2 + 6 = 14 a minute ago: 18 are allowed.
    assert.equal(limit(40, { current: 10, now }, happened, spec(row)).replicas, 18);
  });

  it("counts additions on the way down", () => {
    const row = { min: 0, max: 100, up: null, down: [["Pods", 4, 60]] as Policies };
    const happened = { scaleUpEvents: events([[2, 5]]), scaleDownEvents: events([[1, 5]]) };
    // 10 now, 10 − 2 + 1 = 9 a minute ago: 5 are allowed.
    assert.equal(limit(1, { current: 10, now }, happened, spec(row)).replicas, 5);
  });

  it("stops counting an event at exactly its period", () => {
    const row = { min: 0, max: 100, up: [["Pods", 4, 60]] as Policies, down: null };
    const at = (age: number) =>
      limit(40, { current: 10, now }, { scaleUpEvents: events([[4, age]]), scaleDownEvents: [] }, spec(row)).replicas;
    assert.deepEqual([at(59.9), at(60)], [10, 14]);
  });
});
