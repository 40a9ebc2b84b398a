import assert from "node:assert/strict";
import { elasticity } from "../../../../simulator/metrics/elasticity.ts";
import type { Elasticity } from "../../../../simulator/metrics/elasticity.ts";
import type { Curve } from "../../../../simulator/model.ts";

const curve = (...points: readonly [number, number][]): Curve => ({
  times: points.map(([time]) => time),
  values: points.map(([, value]) => value),
});

function assertMetrics(actual: Elasticity, expected: Partial<Elasticity>): void {
  for (const [key, value] of Object.entries(expected))
    assert.ok(Math.abs(actual[key as keyof Elasticity] - value) < 1e-9, `${key} is ${actual[key as keyof Elasticity]}`);
}

describe("elasticity", () => {
  it("gives the figures of BUNGEE's own test", () => {
    const demand = curve([0, 1], [7, 5], [16, 3], [17, 2], [19, 4]);
    const supply = curve([0, 1], [2, 2], [3, 1], [5, 3], [9, 7], [11, 6], [12, 8], [14, 2], [20, 2]);
    assertMetrics(elasticity(demand, supply, { seconds: 20 }), {
      accuracyU: 13 / 20,
      accuracyO: 16 / 20,
      timeshareU: 6 / 20,
      timeshareO: 8 / 20,
      jitterPerMinute: ((17 - 9) / 20) * 60,
      thetaU: 85 / 6,
      thetaO: 36,
      tauU: 30,
      tauO: 40,
    });
  });

  const cases: { name: string; demand: Curve; supply: Curve; expect: Partial<Elasticity> }[] = [
    {
      name: "skips the time without demand in theta, not in tau",
      demand: curve([0, 0], [50, 2]),
      supply: curve([0, 3]),
      expect: { thetaO: 25, tauO: 100, accuracyO: 2, zeroDemandShare: 0.5 },
    },
    {
      name: "counts what happened before 0 as its value at 0",
      demand: curve([-20, 5], [-10, 2]),
      supply: curve([0, 1]),
      expect: { accuracyU: 1, thetaU: 50, jitterPerMinute: 0 },
    },
    {
      name: "is negative in jitter for a supply that does not follow",
      demand: curve([0, 1], [30, 4]),
      supply: curve([0, 4]),
      expect: { jitterPerMinute: (-3 / 100) * 60 },
    },
    {
      name: "takes no movement after the span",
      demand: curve([0, 1], [100, 9]),
      supply: curve([0, 1], [150, 9]),
      expect: { accuracyU: 0, jitterPerMinute: 0, upsilon: 0 },
    },
    {
      // Steps end at 10, 20, … 90: the demand moves in one of them, the supply in the next.
      name: "is unstable in the step where one moves, and in that where the other follows",
      demand: curve([0, 1], [15, 2]),
      supply: curve([0, 1], [25, 2]),
      expect: { upsilon: (100 * 2) / 9 },
    },
    {
      name: "is stable where both move in the same step, however far",
      demand: curve([0, 1], [15, 2]),
      supply: curve([0, 1], [19, 7]),
      expect: { upsilon: 0 },
    },
  ];
  for (const { name, demand, supply, expect } of cases)
    it(name, () => {
      assertMetrics(elasticity(demand, supply, { seconds: 100, stepSeconds: 10 }), expect);
    });

  it("refuses curves that are none, all at once", () => {
    const bad = { times: [5, 3], values: [1, -1] };
    assert.throws(() => elasticity(bad, { times: [], values: [1] }, { seconds: 0 }), {
      name: "RangeError",
      message:
        "No elasticity: seconds must be > 0, is 0; demand must begin at 0 or before, begins at 5; demand must ascend, " +
        "times[1] is 3; demand must be >= 0, values[1] is -1; supply has 0 times and 1 values; " +
        "supply must begin at 0 or before, begins at no time",
    });
  });
});
