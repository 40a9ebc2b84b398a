import assert from "node:assert/strict";
import type { Distribution } from "../../../../simulator/model.ts";
import { poissonCount, sampler } from "../../../../simulator/random/distribution.ts";
import { createRandom } from "../../../../simulator/random/random.ts";

/** Mean and standard deviation of many draws. */
function momentsOf(draw: () => number): { mean: number; deviation: number } {
  const values = Array.from({ length: 200_000 }, draw);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}

const near = (actual: number, expected: number): void => {
  assert.ok(Math.abs(actual - expected) <= 0.02 * Math.max(expected, 0.05), `${actual} is not near ${expected}`);
};

describe("a distribution", () => {
  const cases: readonly (Distribution & { readonly deviation: number })[] = [
    { kind: "constant", mean: 30, deviation: 0 },
    { kind: "uniform", mean: 30, halfWidth: 6, deviation: 6 / Math.sqrt(3) },
    { kind: "exponential", mean: 2, deviation: 2 },
    { kind: "lognormal", mean: 2, cv: 1, deviation: 2 },
    { kind: "lognormal", mean: 30, cv: 0.2, deviation: 6 },
    { kind: "lognormal", mean: 3, cv: 0, deviation: 0 },
    { kind: "exponential", mean: 0, deviation: 0 },
  ];
  for (const { deviation, ...distribution } of cases)
    it(`${JSON.stringify(distribution)} has its mean and the deviation ${deviation.toFixed(2)}`, () => {
      const moments = momentsOf(sampler(distribution, createRandom(1)));
      near(moments.mean, distribution.mean);
      near(moments.deviation, deviation);
    });

  it("tells all that is wrong with it at once", () => {
    assert.throws(() => sampler({ kind: "lognormal", mean: -1, cv: NaN }, createRandom(1)), {
      name: "RangeError",
      message: "lognormal: mean must be at least 0, not -1; lognormal: cv must be at least 0, not NaN",
    });
  });

  it("never lets a time become negative by its spread", () => {
    assert.throws(() => sampler({ kind: "uniform", mean: 1, halfWidth: 2 }, createRandom(1)), {
      message: "uniform: halfWidth must be at most the mean (1), not 2",
    });
  });
});

describe("a count of events", () => {
  for (const mean of [0, 0.3, 4, 700])
    it(`has the mean and the variance ${mean}`, () => {
      const random = createRandom(2);
      const moments = momentsOf(() => poissonCount(mean, random));
      near(moments.mean, mean);
      near(moments.deviation, Math.sqrt(mean));
    });
});
