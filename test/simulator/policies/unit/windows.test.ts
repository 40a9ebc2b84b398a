import assert from "node:assert/strict";
import { CounterWindow } from "../../../../simulator/policies/counterWindow.ts";
import { SlidingMax } from "../../../../simulator/policies/slidingMax.ts";

type Reading = readonly [at: number, total: number];

describe("the growth of a counter over a window", () => {
  const cases: { name: string; readings: Reading[]; rate: number | undefined }[] = [
    { name: "is unknown without a reading", readings: [], rate: undefined },
    { name: "is unknown after one reading", readings: [[0, 5]], rate: undefined },
    {
      name: "is of all there is while that is shorter",
      readings: [
        [0, 5],
        [20, 25],
      ],
      rate: 1,
    },
    {
      name: "forgets what was before the window",
      readings: [
        [0, 0],
        [40, 4000],
        [100, 4060],
      ],
      rate: 1,
    },
    {
      name: "shares the growth over the edge evenly",
      readings: [
        [0, 0],
        [50, 50],
        [70, 50],
      ],
      rate: 40 / 60,
    },
    {
      name: "takes a reading that is seen again once",
      readings: [
        [0, 0],
        [10, 20],
        [10, 20],
      ],
      rate: 2,
    },
    {
      name: "is that of the last two readings after a long silence",
      readings: [
        [0, 0],
        [1, 100],
        [1001, 1100],
      ],
      rate: 1,
    },
  ];
  for (const { name, readings, rate } of cases)
    it(name, () => {
      const window = new CounterWindow(60);
      for (const [at, total] of readings) window.add(at, total);
      assert.equal(window.rate, rate);
    });
});

describe("the highest of a window", () => {
  it("is forgotten when it is as old as the window", () => {
    const highest = new SlidingMax(300);
    const told = ([at, value]: Reading): number => highest.add(at, value);
    const values: Reading[] = [
      [0, 4],
      [299, 0],
      [300, 0],
      [400, 3],
      [500, 1],
      [699, 0],
      [700, 0],
      [800, 0],
    ];
    assert.deepEqual(values.map(told), [4, 4, 0, 3, 3, 3, 1, 0]);
  });
});
