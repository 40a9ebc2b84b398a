import assert from "node:assert/strict";
import { verdictOf } from "../../../../simulator/table/verdict.ts";
import { outcome } from "../support.ts";

const delay = 10;
const steady = { best: null, staticPeak: null };

describe("the verdict on the ratio to the optimum", () => {
  for (const { wait, late, ratio, near, within } of [
    { wait: 20, late: 0.01, ratio: 1.1, near: true, within: null },
    { wait: 40, late: 0, ratio: 1.11, near: false, within: null },
    { wait: 20, late: 0.011, ratio: 1, near: false, within: null },
    { wait: 10, late: 0, ratio: 1.3, near: null, within: true },
    { wait: 19, late: 0, ratio: 1.31, near: null, within: false },
    { wait: 10, late: 0.02, ratio: 1, near: null, within: false },
    { wait: 5, late: 0, ratio: 1, near: null, within: null },
  ])
    it(`with a wait of ${wait} s, ${(late * 100).toFixed(1)} % late and ${ratio} times the optimum`, () => {
      const ours = outcome({ late, podHours: 1, overOptimum: ratio });
      const { nearOptimum, withinReach } = verdictOf(
        { maxWaitSeconds: wait, readinessSeconds: delay },
        { ours, ...steady },
      );
      assert.deepEqual({ nearOptimum, withinReach }, { nearOptimum: near, withinReach: within });
    });

  it("is a miss where the optimum is unknown", () => {
    const ours = outcome({ late: 0, podHours: 1 });
    assert.equal(verdictOf({ maxWaitSeconds: 20, readinessSeconds: delay }, { ours, ...steady }).nearOptimum, false);
  });
});

describe("the verdict on others", () => {
  const cell = { maxWaitSeconds: 5, readinessSeconds: delay };
  const others = { best: outcome({ late: 0, podHours: 10 }), staticPeak: outcome({ late: 0, podHours: 20 }) };
  for (const { name, ours, compared, staticPeak, best } of [
    {
      ...{ name: "cheaper than both", ours: { late: 0, podHours: 9 }, compared: others },
      ...{ staticPeak: true, best: true },
    },
    { name: "as dear as both", ours: { late: 0, podHours: 10 }, compared: others, staticPeak: true, best: false },
    { name: "dearer than both", ours: { late: 0, podHours: 21 }, compared: others, staticPeak: false, best: false },
    { name: "cheaper but late", ours: { late: 0.05, podHours: 5 }, compared: others, staticPeak: false, best: true },
    { name: "alone", ours: { late: 0.05, podHours: 5 }, compared: steady, staticPeak: null, best: null },
  ])
    it(`where ours is ${name}`, () => {
      const verdict = verdictOf(cell, { ours: outcome(ours), ...compared });
      assert.equal(verdict.notWorseThanStatic, staticPeak);
      assert.equal(verdict.belowBaselines, best);
    });
});

describe("the verdict on costs of several seeds", () => {
  const cell = { maxWaitSeconds: 5, readinessSeconds: delay };
  const of = (...podHoursOfSeeds: number[]) => {
    const podHours = podHoursOfSeeds.reduce((sum, hours) => sum + hours, 0) / podHoursOfSeeds.length;
    return outcome({ late: 0, podHours, podHoursOfSeeds });
  };
  for (const { name, ours, other, expected } of [
    // Far apart from seed to seed, and always by about one.
    { name: "cheaper with each seed", ours: of(9, 19, 31), other: of(10, 20.1, 31.9), expected: [true, true] },
    { name: "dearer with each seed", ours: of(11, 21, 31), other: of(10, 20.1, 30.1), expected: [false, false] },
    {
      ...{ name: "now cheaper and now dearer", ours: of(9, 21, 29), other: of(10, 20, 30) },
      expected: ["too near", "too near"],
    },
    { name: "the same with each seed", ours: of(9, 21), other: of(9, 21), expected: [true, false] },
  ])
    it(`where ours is ${name}`, () => {
      const { notWorseThanStatic, belowBaselines } = verdictOf(cell, { ours, best: other, staticPeak: other });
      assert.deepEqual([notWorseThanStatic, belowBaselines], expected);
    });
});
