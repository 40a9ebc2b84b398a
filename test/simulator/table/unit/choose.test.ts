import assert from "node:assert/strict";
import { byCost, leastEnough } from "../../../../simulator/table/choose.ts";

describe("the order of settings", () => {
  for (const { name, allowed, settings, expected } of [
    {
      ...{ name: "puts the cheaper of the punctual first", allowed: 0.01, expected: ["cheap", "dear"] },
      settings: { dear: [0, 9], cheap: [0.01, 5] },
    },
    {
      ...{ name: "puts the punctual before the late, whatever they cost", allowed: 0.01, expected: ["dear", "late"] },
      settings: { late: [0.02, 1], dear: [0, 9] },
    },
    {
      ...{ name: "puts the less late first of the late", allowed: 0.01, expected: ["less", "more"] },
      settings: { more: [0.5, 1], less: [0.4, 3] },
    },
    {
      ...{ name: "goes by cost up to what is allowed", allowed: 0.5, expected: ["more", "less"] },
      settings: { less: [0.4, 3], more: [0.5, 1] },
    },
  ] as { name: string; allowed: number; expected: string[]; settings: Record<string, [number, number]> }[])
    it(name, () => {
      const rated = Object.entries(settings).map(([key, [lateShare, podHours]]) => ({ key, lateShare, podHours }));
      assert.deepEqual(
        rated.sort(byCost(allowed)).map(({ key }) => key),
        expected,
      );
    });
});

describe("the least that is enough", () => {
  for (const { from, to, enough, expected } of [
    { from: 1, to: 100, enough: 37, expected: 37 },
    { from: 1, to: 100, enough: 1, expected: 1 },
    { from: 1, to: 100, enough: 100, expected: 100 },
    { from: 1, to: 100, enough: 101, expected: undefined },
    { from: 5, to: 5, enough: 2, expected: 5 },
  ])
    it(`of ${from} to ${to} where ${enough} is enough is ${String(expected)}`, () => {
      assert.equal(
        leastEnough(from, to, (count) => count >= enough),
        expected,
      );
    });
});
