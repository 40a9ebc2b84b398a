import assert from "node:assert/strict";
import { arrivalRates, rateWindowSeconds, withGrowth } from "../../../../../autoscaler/src/core/drain/arrivalRate.ts";
import type { RateSample } from "../../../../../autoscaler/src/core/state.ts";

/** One sample each 5 s, the last at 1000. */
const samples = (...rates: number[]): RateSample[] =>
  rates.map((rate, index) => ({ at: 1000 - 5 * (rates.length - 1 - index), rate }));

describe("the window of the arrival rate", () => {
  const cases = [
    { name: "is two starts", delay: 60, seconds: 120 },
    { name: "is three refreshes of the statistics at least", delay: 5, seconds: 15 },
    { name: "is that also where replicas start at once", delay: 0, seconds: 15 },
  ];
  for (const { name, delay, seconds } of cases) {
    it(name, () => {
      assert.equal(rateWindowSeconds(delay), seconds);
    });
  }
});

describe("the arrival rates, over 20 s,", () => {
  const cases: { name: string; rates: number[]; steady: number; burst: number }[] = [
    { name: "are the first sample's at first", rates: [7], steady: 7, burst: 7 },
    { name: "know of silence", rates: [0, 0, 0], steady: 0, burst: 0 },
    { name: "are the mean of the window, whatever was before", rates: [99, 99, 3, 5, 3, 5], steady: 4, burst: 4 },
    // σ = √(25.5 × 10) ÷ 10 = 1.6: 50 stands out.
    { name: "show a burst beside the mean", rates: [1, 1, 50, 50], steady: 25.5, burst: 50 },
    // One refresh at 40 is 25 over 10 s; σ = √(17.5 × 10) ÷ 10 = 1.3.
    { name: "show a burst of one refresh", rates: [10, 10, 10, 40], steady: 17.5, burst: 25 },
    // σ = √(11 × 10) ÷ 10 = 1.05: 12 is below 11 + 3 σ.
    { name: "take what may be chance for chance", rates: [10, 10, 12, 12], steady: 11, burst: 11 },
    { name: "take no lull for the end", rates: [50, 50, 1, 1], steady: 25.5, burst: 25.5 },
  ];
  for (const { name, rates, steady, burst } of cases) {
    it(name, () => {
      assert.deepEqual(arrivalRates(samples(...rates), 20), { steady, burst });
    });
  }

  it("are unknown without a sample", () => {
    assert.equal(arrivalRates([], 20), undefined);
  });

  it("weigh each sample by the time since the one before it", () => {
    const uneven = [
      { at: 0, rate: 9 },
      { at: 15, rate: 2 },
      { at: 20, rate: 10 },
    ];
    // (2 × 15 + 10 × 5) ÷ 20; over the last 10 s it is the same 20 s that are seen.
    assert.equal(arrivalRates(uneven, 20)?.steady, 4);
  });

  it("take a sample after a long gap for no more than the window", () => {
    const gap = [
      { at: 0, rate: 10 },
      { at: 1000, rate: 0.1 },
    ];
    assert.ok(Math.abs((arrivalRates(gap, 20)?.steady ?? NaN) - 0.1) < 1e-9);
  });
});

describe("the arrival rates of a queue that grows", () => {
  const cases = [
    // 3 sigma of 10/s over 10 s: 13/s
    { name: "tell a burst by its growth, before the statistics do", messages: 140, burst: 14 },
    { name: "take what may be chance for chance", messages: 130, burst: 10 },
    { name: "stay as they are while it shrinks", messages: -50, burst: 10 },
    { name: "stay as they are where the statistics tell more", messages: 140, told: 30, burst: 30 },
  ];
  for (const { name, messages, told = 10, burst } of cases) {
    it(name, () => {
      assert.deepEqual(withGrowth({ steady: 10, burst: told }, { messages, seconds: 10 }), { steady: 10, burst });
    });
  }
});
