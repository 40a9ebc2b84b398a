import assert from "node:assert/strict";
import { readyIn, updateReadiness } from "../../../../../autoscaler/src/core/drain/readiness.ts";
import type { ReadinessState } from "../../../../../autoscaler/src/core/state.ts";

describe("readiness", () => {
  it("learns the delay from the oldest start", () => {
    const before = { starts: [{ at: 0, replicas: 2 }], readyReplicas: 4 };
    const after = updateReadiness(before, 12, { current: 6, ready: 6 });
    assert.deepEqual(after, { starts: [], readyReplicas: 6, delaySeconds: 12 });
  });

  it("moves a learned delay by a third of the difference", () => {
    const before = { starts: [{ at: 0, replicas: 2 }], readyReplicas: 4, delaySeconds: 10 };
    assert.equal(updateReadiness(before, 20, { current: 6, ready: 5 }).delaySeconds, 13);
  });

  it("forgets starts that were taken back", () => {
    const before = {
      starts: [
        { at: 0, replicas: 2 },
        { at: 5, replicas: 3 },
      ],
      readyReplicas: 4,
    };
    assert.deepEqual(updateReadiness(before, 6, { current: 7, ready: 4 }).starts, [
      { at: 0, replicas: 2 },
      { at: 5, replicas: 1 },
    ]);
  });

  it("gives up a start after ten minutes", () => {
    const before = { starts: [{ at: 0, replicas: 2 }], readyReplicas: 4 };
    assert.deepEqual(updateReadiness(before, 600, { current: 6, ready: 4 }).starts, []);
  });

  it("counts down each start, and gives the whole delay to one it has not seen", () => {
    const readiness = {
      starts: [
        { at: 90, replicas: 1 },
        { at: 98, replicas: 1 },
      ],
      readyReplicas: 4,
    };
    assert.deepEqual(readyIn(readiness, 100, 3, 10), [0, 8, 10]);
  });
});

describe("the readiness of replicas", () => {
  const two: ReadinessState = {
    starts: [
      { at: 0, replicas: 1 },
      { at: 10, replicas: 3 },
    ],
    readyReplicas: 4,
    delaySeconds: 8,
  };
  const cases: { name: string; now: number; current: number; ready: number; expect: ReadinessState }[] = [
    {
      name: "learns from the oldest start alone when several are ready at once",
      now: 18,
      current: 8,
      ready: 8,
      expect: { starts: [], readyReplicas: 8, delaySeconds: 11 },
    },
    {
      name: "takes the ready ones off the oldest starts",
      now: 18,
      current: 8,
      ready: 6,
      expect: { starts: [{ at: 10, replicas: 2 }], readyReplicas: 6, delaySeconds: 11 },
    },
    {
      name: "leaves the rest of a start of which some are ready, though more replicas are not ready",
      now: 18,
      current: 12,
      ready: 6,
      expect: { starts: [{ at: 10, replicas: 2 }], readyReplicas: 6, delaySeconds: 11 },
    },
    {
      name: "learns nothing while none gets ready",
      now: 18,
      current: 8,
      ready: 4,
      expect: two,
    },
    {
      name: "learns nothing when one is lost",
      now: 18,
      current: 8,
      ready: 3,
      expect: { ...two, readyReplicas: 3 },
    },
  ];
  for (const { name, now, current, ready, expect } of cases) {
    it(name, () => {
      assert.deepEqual(updateReadiness(two, now, { current, ready }), expect);
    });
  }

  it("learns nothing from a replica that was not ordered", () => {
    const after = updateReadiness({ starts: [], readyReplicas: 3 }, 18, { current: 4, ready: 4 });
    assert.deepEqual(after, { starts: [], readyReplicas: 4 });
  });

  it("expects a late start at any moment, and no more starts than replicas", () => {
    assert.deepEqual(readyIn(two, 15, 4, 8), [0, 3, 3, 3]);
    assert.deepEqual(readyIn(two, 15, 2, 8), [0, 3]);
    assert.deepEqual(readyIn(two, 15, 0, 8), []);
  });
});
