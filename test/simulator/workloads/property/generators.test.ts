import assert from "node:assert/strict";
import fc from "fast-check";
import { onOff, poisson, ramp } from "../../../../simulator/workloads/generators.ts";

const rate = fc.double({ min: 0, max: 20, noNaN: true });
const seconds = fc.integer({ min: 1, max: 600 });
const seed = fc.integer();

const inOrderWithin = (arrivals: Float64Array, end: number): boolean =>
  arrivals.every((at, index) => at >= (arrivals[index - 1] ?? 0) && at < end);

describe("generated arrivals", () => {
  const generators = {
    poisson: fc.record({ rate, seconds }).map((options) => (s: number) => ({ ...options, all: poisson(options, s) })),
    ramp: fc
      .record({ from: rate, to: rate, seconds })
      .map((options) => (s: number) => ({ ...options, all: ramp(options, s) })),
    onOff: fc
      .record({ onSeconds: seconds, offSeconds: seconds, onRate: rate, offRate: rate, seconds })
      .map((options) => (s: number) => ({ ...options, all: onOff(options, s) })),
  };
  for (const [name, generator] of Object.entries(generators))
    it(`of ${name} are in order, within the span and the same for the same seed`, () => {
      fc.assert(
        fc.property(generator, seed, (generate, one) => {
          const { all, seconds: end } = generate(one);
          assert.ok(inOrderWithin(all, end));
          assert.deepEqual(all, generate(one).all);
        }),
      );
    });
});

describe("the mean of generated arrivals", () => {
  const end = 200_000;
  for (const { name, arrivals, expected, tolerance } of [
    { name: "poisson", arrivals: poisson({ rate: 2, seconds: end }, 1), expected: 2, tolerance: 0.02 },
    { name: "ramp", arrivals: ramp({ from: 0, to: 4, seconds: end }, 1), expected: 2, tolerance: 0.02 },
    {
      ...{ name: "on-off", expected: 2, tolerance: 0.15 },
      arrivals: onOff({ onSeconds: 50, offSeconds: 150, onRate: 8, offRate: 0, seconds: end }, 1),
    },
  ])
    it(`of ${name} is that of its rates`, () => {
      assert.ok(Math.abs(arrivals.length / end - expected) < tolerance, `${arrivals.length / end}`);
    });

  it("rises along a ramp", () => {
    const arrivals = ramp({ from: 1, to: 3, seconds: 40_000 }, 1);
    const quarter = (index: number): number => arrivals.filter((at) => Math.floor(at / 10_000) === index).length;
    // The mean rate of each quarter: 1.25, 1.75, 2.25, 2.75.
    for (const index of [0, 1, 2, 3])
      assert.ok(Math.abs(quarter(index) / 10_000 - (1.25 + index / 2)) < 0.06, `${quarter(index)}`);
  });

  it("is spread evenly for a Poisson process and unevenly for bursts", () => {
    // Variance ÷ mean of the counts of ten seconds: 1 for Poisson.
    const dispersion = (arrivals: Float64Array): number => {
      const counts = new Array<number>(end / 10).fill(0);
      for (const at of arrivals) counts[Math.floor(at / 10)]! += 1;
      const mean = arrivals.length / counts.length;
      return counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length / mean;
    };
    const even = dispersion(poisson({ rate: 2, seconds: end }, 2));
    const bursts = onOff({ onSeconds: 50, offSeconds: 150, onRate: 8, offRate: 0, seconds: end }, 2);
    assert.ok(Math.abs(even - 1) < 0.05, `Poisson ${even}`);
    assert.ok(dispersion(bursts) > 10, `bursts ${dispersion(bursts)}`);
  });
});
