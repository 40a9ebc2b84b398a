import assert from "node:assert/strict";
import { decide } from "../../../../autoscaler/src/core/decide.ts";
import { seedState, type State } from "../../../../autoscaler/src/core/state.ts";
import { substanceOf, takeOver } from "../../../../autoscaler/src/core/takeOver.ts";
import { snapshotOf, specOf } from "../builders.ts";

const base = seedState(1000, 8, 8);
const stored: State = {
  ...base,
  recommendations: [
    { at: 900, replicas: 8 },
    { at: 1000, replicas: 4 },
  ],
  thresholds: { marks: { cpu: 700 } },
  noAck: { queue: { since: 950, stuck: false }, other: { since: 100, stuck: true } },
};

describe("a state taken over", () => {
  it("goes on with its timers after a change of leaders", () => {
    const state = takeOver(stored, 1000, 1015);
    assert.deepEqual(state.thresholds, stored.thresholds);
    assert.deepEqual(state.noAck, stored.noAck);
  });

  it("begins its timers anew after a longer gap, but no verdict is lost", () => {
    const state = takeOver(stored, 1000, 1061);
    assert.deepEqual(state.thresholds, {});
    assert.deepEqual(state.noAck, { other: { since: 100, stuck: true } });
  });

  const window = specOf({
    behavior: { ...specOf().behavior, scaleDown: { ...specOf().behavior.scaleDown, stabilizationWindowSeconds: 300 } },
  });
  const cases: { name: string; state: State; now: number; expect: number }[] = [
    { name: "holds while a higher recommendation is in the window", state: stored, now: 1199, expect: 8 },
    { name: "falls when the window is over, as if nothing had happened", state: stored, now: 1200, expect: 4 },
    { name: "takes the last recommendation to have stood until now", state: base, now: 1900, expect: 8 },
  ];
  for (const { name, state, now, expect } of cases) {
    it(name, () => {
      const snapshot = snapshotOf({ now, current: 8, values: { queue: 400 } });
      assert.equal(decide(window, takeOver(state, 1000, now), snapshot).decision.desiredReplicas, expect);
    });
  }

  it("of a clock that was set back is taken as it is", () => {
    assert.equal(takeOver(stored, 1000, 900), stored);
  });
});

describe("the substance of a state", () => {
  const same: { name: string; change: Partial<State> }[] = [
    {
      name: "a recommendation seen again",
      change: {
        recommendations: [
          { at: 900, replicas: 8 },
          { at: 1002, replicas: 4 },
        ],
      },
    },
    { name: "a rate that was learned", change: { drains: { wait: { arrivals: [{ at: 1002, rate: 3 }] } } } },
  ];
  for (const { name, change } of same) {
    it(`does not move with ${name}`, () => {
      assert.equal(substanceOf({ ...stored, ...change }), substanceOf(stored));
    });
  }

  const other: { name: string; change: Partial<State> }[] = [
    { name: "another recommendation", change: { recommendations: [{ at: 1002, replicas: 5 }] } },
    { name: "a scale event", change: { scaleUpEvents: [{ at: 1002, change: 4 }] } },
    { name: "a timer that began", change: { thresholds: { marks: { cpu: 700, memory: 1002 } } } },
    { name: "an attempt to write", change: { ownership: { replicas: 8, attempt: { at: 1002, replicas: 4 } } } },
  ];
  for (const { name, change } of other) {
    it(`moves with ${name}`, () => {
      assert.notEqual(substanceOf({ ...stored, ...change }), substanceOf(stored));
    });
  }
});
