import assert from "node:assert/strict";
import { closeness, integral } from "../../../../simulator/twin/closeness.ts";

/** Two replicas, six from a time on. */
const stepAt = (at: number) => ({ times: [0, at], values: [2, 6] });

describe("closeness", () => {
  for (const { name, one, other, expected } of [
    { name: "the same", one: stepAt(50), other: stepAt(50), expected: [0, 0, 0, 0] },
    // Four too few for a tenth of the time.
    { name: "late", one: stepAt(50), other: stepAt(60), expected: [Math.sqrt(1.6), 4, 10, 0] },
    { name: "early", one: stepAt(50), other: stepAt(40), expected: [Math.sqrt(1.6), 4, -10, 0] },
    { name: "too high throughout", one: stepAt(50), other: { times: [0, 50], values: [3, 7] }, expected: [1, 1, 0, 1] },
  ])
    it(`of a curve that is ${name}`, () => {
      const { rmse, largest, lagSeconds, rmseAtLag } = closeness(one, other, 100);
      assert.deepEqual([rmse, largest, lagSeconds, rmseAtLag], expected);
    });
});

describe("integral", () => {
  it("ends with the span, whatever comes after it", () => {
    assert.equal(integral(stepAt(50), 100), 2 * 50 + 6 * 50);
    assert.equal(integral(stepAt(50), 20), 40);
  });
});
