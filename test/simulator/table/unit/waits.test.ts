import assert from "node:assert/strict";
import { drainSeconds, percentile } from "../../../../simulator/table/waits.ts";

describe("a percentile", () => {
  const sorted = Float64Array.from({ length: 200 }, (_, index) => index + 1);
  for (const { name, share, expected } of [
    { name: "half", share: 0.5, expected: 100 },
    { name: "99 of 100", share: 0.99, expected: 198 },
    { name: "all", share: 1, expected: 200 },
    { name: "none", share: 0, expected: 1 },
  ])
    it(`of ${name} is ${expected} of 1 to 200`, () => {
      assert.equal(percentile(sorted, share), expected);
    });

  it("of no values is unknown", () => {
    assert.equal(percentile(new Float64Array(0), 0.5), null);
  });
});

describe("the drain time", () => {
  for (const { name, arrivals, waits, expected } of [
    { name: "of a run in which nobody waits is 0", arrivals: [1, 2], waits: [0, 0], expected: 0 },
    { name: "begins at the largest backlog", arrivals: [0, 1, 2], waits: [3, 3, 3], expected: 3 },
    {
      ...{ name: "is that of the largest of several backlogs", arrivals: [0, 1, 20, 21, 22] },
      ...{ waits: [4, 4, 8, 8, 8], expected: 8 },
    },
    {
      ...{ name: "ends when nobody waits, not when the backlog falls", arrivals: [0, 0, 0, 5] },
      ...{ waits: [2, 4, 6, 5], expected: 10 },
    },
    { name: "passes over jobs that begin at once", arrivals: [0, 1, 1.5], waits: [2, 0, 0], expected: 2 },
    { name: "of a backlog that stays is unknown", arrivals: [0, 1], waits: [100, 99], expected: null },
    { name: "is not shortened by a job that begins out of turn", arrivals: [0, 1], waits: [9, 1], expected: 8 },
  ])
    it(name, () => {
      const run = { waits: Float64Array.from(waits), seconds: 100 };
      assert.equal(drainSeconds(run, Float64Array.from(arrivals)), expected);
    });
});
