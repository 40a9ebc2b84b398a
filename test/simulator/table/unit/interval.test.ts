import assert from "node:assert/strict";
import { interval, maxSeeds } from "../../../../simulator/table/interval.ts";

describe("an interval over seeds", () => {
  it("is the mean ± t × s ÷ √n", () => {
    // Five values, s = √2.5, t(4) = 2.776: 2.776 × √0.5.
    const { mean, halfWidth } = interval([1, 2, 3, 4, 5])!;
    assert.equal(mean, 3);
    assert.ok(Math.abs(halfWidth! - 1.9629) < 1e-4, `${halfWidth}`);
  });

  for (const { name, values, expected } of [
    { name: "of one seed has no width", values: [7], expected: { mean: 7, halfWidth: null } },
    { name: "of equal values has none to speak of", values: [7, 7, 7], expected: { mean: 7, halfWidth: 0 } },
    { name: "with an unknown value is unknown", values: [1, null, 3], expected: null },
    { name: "of nothing is unknown", values: [], expected: null },
  ])
    it(name, () => {
      assert.deepEqual(interval(values), expected);
    });

  it("narrows with the seeds, as far as the quantiles reach", () => {
    const widths = Array.from({ length: maxSeeds - 1 }, (_, index) => {
      const values = Array.from({ length: index + 2 }, (__, seed) => seed % 2);
      return interval(values)!.halfWidth!;
    });
    assert.ok(widths.every((width) => width > 0));
    // Two seeds more at a time: the values then have the same mean.
    const even = widths.filter((_, index) => index % 2 === 0);
    assert.ok(even.every((width, index) => width < (even[index - 1] ?? Infinity)));
  });
});
