import assert from "node:assert/strict";
import { addScaleEvent, limit } from "../../../../autoscaler/src/core/limit.ts";
import type { ScalingPolicy, ScalingRules, TargetSpec } from "../../../../autoscaler/src/core/model.ts";
import type { ScaleEvent } from "../../../../autoscaler/src/core/state.ts";
import { specOf } from "../builders.ts";

const now = 1000;
const none = { scaleUpEvents: [], scaleDownEvents: [] };

interface Given {
  readonly up?: readonly ScalingPolicy[];
  readonly down?: readonly ScalingPolicy[];
  readonly select?: ScalingRules["selectPolicy"];
  readonly min?: number;
  readonly max?: number;
}

const pods = (value: number, periodSeconds = 60): ScalingPolicy => ({ type: "Pods", value, periodSeconds });
const percent = (value: number, periodSeconds = 60): ScalingPolicy => ({ type: "Percent", value, periodSeconds });

function specWith({ up = [pods(4)], down = [pods(4)], select = "Max", min = 0, max = 100 }: Given): TargetSpec {
  const rules = (policies: readonly ScalingPolicy[]): ScalingRules => ({
    stabilizationWindowSeconds: 0,
    selectPolicy: select,
    policies,
  });
  return specOf({ minReplicas: min, maxReplicas: max, behavior: { scaleUp: rules(up), scaleDown: rules(down) } });
}

const added = (change: number, age: number): ScaleEvent => ({ at: now - age, change });

describe("the limit", () => {
  const cases: { name: string; given: Given; current: number; desired: number; expect: [number, string] }[] = [
    { name: "lets no change pass", given: {}, current: 5, desired: 5, expect: [5, "DesiredWithinRange"] },
    {
      name: "rounds a percentage up on the way up",
      given: { up: [percent(50)] },
      current: 3,
      desired: 9,
      expect: [5, "ScaleUpLimit"],
    },
    {
      name: "rounds what a percentage leaves down",
      given: { down: [percent(50)] },
      current: 3,
      desired: 0,
      expect: [1, "ScaleDownLimit"],
    },
    {
      name: "names the maximum where policy and maximum allow the same",
      given: { max: 9 },
      current: 5,
      desired: 20,
      expect: [9, "TooManyReplicas"],
    },
    {
      name: "names the minimum where policy and minimum allow the same",
      given: { min: 6 },
      current: 10,
      desired: 1,
      expect: [6, "TooFewReplicas"],
    },
    { name: "passes what a policy just allows", given: {}, current: 5, desired: 9, expect: [9, "DesiredWithinRange"] },
    {
      name: "rises from zero by pods, as a percentage of nothing is nothing",
      given: { up: [percent(900), pods(2)] },
      current: 0,
      desired: 50,
      expect: [2, "ScaleUpLimit"],
    },
    {
      name: "does not rise from zero by a percentage alone",
      given: { up: [percent(900)] },
      current: 0,
      desired: 50,
      expect: [0, "ScaleUpLimit"],
    },
    {
      name: "falls to zero where the minimum allows it",
      given: { down: [percent(100)] },
      current: 7,
      desired: 0,
      expect: [0, "DesiredWithinRange"],
    },
  ];
  for (const { name, given, current, desired, expect } of cases) {
    it(name, () => {
      const { replicas, reason } = limit(desired, { current, now }, none, specWith(given));
      assert.deepEqual([replicas, reason], expect);
    });
  }

  const eventful: { name: string; given: Given; up?: ScaleEvent[]; down?: ScaleEvent[]; expect: [number, number] }[] = [
    {
      name: "never falls when asked to rise, however much was added in the period",
      given: {},
      up: [added(8, 10)],
      // What was added may be taken away again: 10 − 8 − 4 is below zero.
      expect: [10, 0],
    },
    {
      name: "never rises when asked to fall, however much was removed in the period",
      given: {},
      down: [added(8, 10)],
      expect: [22, 10],
    },
    {
      name: "counts each event by the period of the policy",
      given: { up: [pods(4, 15), pods(9, 60)], select: "Min" },
      up: [added(6, 30)],
      // 14 by the short period, 10 − 6 + 9 by the long one.
      expect: [13, 0],
    },
    {
      name: "adds up all events of a period",
      given: { up: [pods(9)], down: [pods(9)] },
      up: [added(2, 10), added(3, 20)],
      down: [added(1, 30)],
      expect: [15, 0],
    },
  ];
  for (const { name, given, up = [], down = [], expect } of eventful) {
    it(name, () => {
      const events = { scaleUpEvents: up, scaleDownEvents: down };
      const allowed = [99, 0].map((desired) => limit(desired, { current: 10, now }, events, specWith(given)).replicas);
      assert.deepEqual(allowed, expect);
    });
  }
});

describe("a scale event", () => {
  const spec = specWith({ up: [pods(4, 15)], down: [pods(4, 60)] });

  it("is kept as a positive change in the list of its direction", () => {
    assert.deepEqual(addScaleEvent(none, 3, now, spec), { scaleUpEvents: [added(3, 0)], scaleDownEvents: [] });
    assert.deepEqual(addScaleEvent(none, -3, now, spec), { scaleUpEvents: [], scaleDownEvents: [added(3, 0)] });
  });

  it("joins those that a policy of either direction can still count", () => {
    const events = { scaleUpEvents: [added(1, 59)], scaleDownEvents: [added(2, 59)] };
    assert.deepEqual(addScaleEvent(events, 3, now, spec), {
      scaleUpEvents: [added(1, 59), added(3, 0)],
      scaleDownEvents: [added(2, 59)],
    });
    assert.deepEqual(addScaleEvent(events, -3, now, spec), {
      scaleUpEvents: [added(1, 59)],
      scaleDownEvents: [added(2, 59), added(3, 0)],
    });
  });

  it("is kept for the longest period where that is one of the scale-up policies", () => {
    const slowUp = specWith({ up: [pods(4, 600)], down: [pods(4, 15)] });
    const events = { scaleUpEvents: [added(1, 599)], scaleDownEvents: [added(2, 599)] };
    assert.deepEqual(addScaleEvent(events, 3, now, slowUp).scaleUpEvents, [added(1, 599), added(3, 0)]);
  });

  it("displaces those that no policy can count any more", () => {
    const events = { scaleUpEvents: [added(1, 60)], scaleDownEvents: [added(2, 61)] };
    assert.deepEqual(addScaleEvent(events, 3, now, spec), { scaleUpEvents: [added(3, 0)], scaleDownEvents: [] });
  });
});
