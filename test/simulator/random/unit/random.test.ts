import assert from "node:assert/strict";
import { createRandom, seedFor } from "../../../../simulator/random/random.ts";

describe("random numbers", () => {
  const first = (seed: number, count = 5): number[] => Array.from({ length: count }, createRandom(seed));

  it("come again with the same seed", () => {
    assert.deepEqual(first(7), first(7));
  });

  it("are others with the next seed, from the first one on", () => {
    const means = [0, 1, 2, 3].map((place) => {
      const values = Array.from({ length: 1000 }, (_, seed) => first(seed)[place]!);
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    });
    // Alike seeds with alike numbers would lie far from the middle; 0.03 is three standard errors.
    for (const mean of means) assert.ok(Math.abs(mean - 0.5) < 0.03, `mean ${mean}`);
  });

  it("lie evenly in [0, 1)", () => {
    const bins = new Array<number>(10).fill(0);
    for (const value of first(3, 100_000)) bins[Math.floor(value * 10)]! += 1;
    assert.equal(bins.length, 10);
    for (const count of bins) assert.ok(Math.abs(count - 10_000) < 400, `a tenth has ${count}`);
  });
});

describe("a seed for a purpose", () => {
  it("differs by the purpose and by the seed", () => {
    const seeds = [1, 2, 3].flatMap((seed) => ["arrivals", "services", "starts"].map((name) => seedFor(seed, name)));
    assert.equal(new Set(seeds).size, seeds.length);
    assert.equal(seedFor(1, "arrivals"), seeds[0]);
  });
});
