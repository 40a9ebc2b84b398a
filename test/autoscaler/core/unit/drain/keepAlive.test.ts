import assert from "node:assert/strict";
import { keptAlive, rememberWanted } from "../../../../../autoscaler/src/core/drain/keepAlive.ts";
import type { Recommendation } from "../../../../../autoscaler/src/core/state.ts";

/** Starts take 40 s, so that a count is kept for 10 s. */
const delay = 40;
const wanted: readonly Recommendation[] = [
  { at: 90, replicas: 9 },
  { at: 95, replicas: 6 },
];

describe("the count that is kept alive", () => {
  const cases: { name: string; now: number; of?: readonly Recommendation[]; delay?: number; kept: number }[] = [
    { name: "is the highest of a quarter of a start", now: 99.5, kept: 9 },
    { name: "is the next one when the highest is as old as that", now: 100, kept: 6 },
    { name: "is none when all are", now: 105, kept: 0 },
    { name: "is none of none", now: 100, of: [], kept: 0 },
    { name: "is none where replicas start at once", now: 95, delay: 0, kept: 0 },
  ];
  for (const { name, now, of = wanted, delay: seconds = delay, kept } of cases) {
    it(name, () => {
      assert.equal(keptAlive(of, now, seconds), kept);
    });
  }
});

describe("what was wanted", () => {
  const cases: { name: string; at: number; replicas: number; after: readonly number[] }[] = [
    { name: "is remembered while it was more", at: 96, replicas: 3, after: [9, 6, 3] },
    { name: "is forgotten when as much is wanted again", at: 96, replicas: 6, after: [9, 6] },
    { name: "is forgotten when more is wanted", at: 96, replicas: 12, after: [12] },
    { name: "is forgotten with time", at: 100, replicas: 3, after: [6, 3] },
  ];
  for (const { name, at, replicas, after } of cases) {
    it(name, () => {
      const counts = rememberWanted(wanted, { at, replicas }, delay).map((one) => one.replicas);
      assert.deepEqual(counts, after);
    });
  }
});
