import assert from "node:assert/strict";
import { arrivals } from "../../../../local/bench/scaleIn/load.ts";
import type { Lane, Removal } from "../../../../local/bench/scaleIn/lane.ts";
import { compare } from "../../../../local/bench/scaleIn/result.ts";

const lane: Lane = { name: "one", work: "long", podDeletionCost: true, seed: 1 };
const removal = (at: number, job?: string, busyShare = 0.5): Removal => ({
  ...{ lane: "one", at, job, busyShare, marked: true },
  busySeconds: job === undefined ? undefined : 1,
});

describe("the comparison of scale-ins", () => {
  it("gives each removal to the scale-in before it, and counts the first ones only", () => {
    const events = [10, 20, 30].map((at) => ({ lane: "one", at, told: at === 20 ? "not prepared: away" : "" }));
    const removals = [removal(11), removal(12, "x"), removal(21, "y", 1), removal(31, "z")];
    const [cell] = compare(
      { statisticsIntervalMs: 500, scaleIns: 2 },
      { lanes: [lane], removals, redelivered: new Set(["x", "z"]), events },
    );
    assert.deepEqual(cell, {
      ...{ statisticsIntervalMs: 500, work: "long", podDeletionCost: true },
      ...{ scaleIns: 2, removedPods: 3, busyRemoved: 2, busyShare: 0.667, busyShareOfAll: 0.667 },
      ...{ avoidableBusyShare: 0.5, redelivered: 1, medianBusyShare: 0.75, unprepared: 1, medianSecondsToRemoval: 1 },
    });
  });

  it("loads both sides alike", () => {
    assert.deepEqual(arrivals("mixed", 120, 7), arrivals("mixed", 120, 7));
    assert.notDeepEqual(arrivals("mixed", 120, 7), arrivals("mixed", 120, 8));
  });
});
