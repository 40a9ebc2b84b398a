import assert from "node:assert/strict";
import {
  overdueReplicas,
  readinessDelay,
  readyIn,
  updateReadiness,
  withStart,
  type SeenReplicas,
} from "../../../../../autoscaler/src/core/drain/readiness.ts";
import type { ReadinessState, Start } from "../../../../../autoscaler/src/core/state.ts";

const now = 1000;
const start = (age: number, replicas: number): Start => ({ at: now - age, replicas });
const unseen = (age: number, replicas: number): Start => ({ ...start(age, replicas), unseen: true });

interface Case {
  readonly name: string;
  readonly starts: readonly Start[];
  /** The highest count of ready replicas until now; 4 unless given. */
  readonly highest?: number;
  /** Seconds since the tick before; 2 unless given. */
  readonly gap?: number;
  readonly learnt?: Pick<ReadinessState, "delaySeconds" | "learned">;
  readonly seen: SeenReplicas;
}

function after({ starts, highest = 4, gap = 2, learnt, seen }: Case): ReadinessState {
  return updateReadiness({ starts, readyReplicas: highest, ...learnt, at: now - gap }, now, seen);
}

describe("the learned readiness delay", () => {
  const known = { delaySeconds: 10, learned: 3 };
  const all = { current: 6, ready: 6 };
  const cases: (Case & { readonly expect: readonly [delaySeconds?: number, learned?: number] })[] = [
    { name: "is that of the first start", starts: [start(12, 2)], seen: all, expect: [12, 1] },
    {
      name: "is the mean of the first two",
      starts: [start(12, 2)],
      learnt: { delaySeconds: 10, learned: 1 },
      seen: all,
      expect: [11, 2],
    },
    { name: "moves by a third later", starts: [start(20, 2)], learnt: known, seen: all, expect: [13, 4] },
    { name: "is doubled at most", starts: [start(90, 2)], learnt: known, seen: all, expect: [20, 4] },
    {
      name: "is halved at most",
      starts: [start(2, 2)],
      learnt: { delaySeconds: 500, learned: 1 },
      seen: all,
      expect: [251, 2],
    },
    {
      name: "goes on from a state of an earlier version",
      starts: [start(20, 2)],
      learnt: { delaySeconds: 10 },
      seen: all,
      expect: [13, 4],
    },
    {
      name: "is that of the oldest alone when several are ready at once",
      starts: [start(18, 1), start(8, 1)],
      seen: all,
      expect: [18, 1],
    },
    { name: "stays while none gets ready", starts: [start(18, 2)], seen: { current: 6, ready: 4 }, expect: [] },
    { name: "stays when one is lost", starts: [start(18, 2)], seen: { current: 6, ready: 3 }, expect: [] },
    { name: "stays by one that was not ordered", starts: [], seen: { current: 5, ready: 5, risen: 1 }, expect: [] },
    { name: "is no recovery after ten minutes", starts: [start(600, 2)], seen: all, expect: [] },
    { name: "is taken from a start just below ten minutes", starts: [start(599, 2)], seen: all, expect: [599, 1] },
    { name: "stays over ticks that nobody saw", starts: [start(500, 2)], gap: 16, seen: all, expect: [] },
    { name: "is learned over a tick or two that failed", starts: [start(20, 2)], gap: 15, seen: all, expect: [20, 1] },
    { name: "stays by a start whose beginning was not seen", starts: [unseen(3, 2)], seen: all, expect: [] },
    {
      name: "is not that of a failed replica while a younger start is under way",
      starts: [start(300, 1), start(10, 1)],
      learnt: known,
      seen: { current: 6, ready: 5 },
      expect: [10, 4],
    },
    {
      name: "is that of a slow start when there is no younger one",
      starts: [start(15, 1)],
      learnt: { delaySeconds: 2, learned: 3 },
      seen: { current: 5, ready: 5 },
      expect: [4, 4],
    },
  ];
  for (const { expect, ...one } of cases) {
    it(one.name, () => {
      const { delaySeconds, learned } = after(one);
      const [delay, count] = expect.length === 0 ? [one.learnt?.delaySeconds, one.learnt?.learned] : expect;
      assert.deepEqual([delaySeconds, learned], [delay, count]);
    });
  }

  it("stays on the first tick after a state of an earlier version", () => {
    const before = { starts: [start(12, 2)], readyReplicas: 4 };
    assert.deepEqual(updateReadiness(before, now, all), { starts: [], readyReplicas: 6, at: now });
  });

  it("is not taught by flapping, which uses up no start", () => {
    let state: ReadinessState = { starts: [start(20, 2)], readyReplicas: 4, at: now - 4 };
    for (const [age, ready] of [
      [2, 3],
      [1, 4],
    ] as const)
      state = updateReadiness(state, now - age, { current: 6, ready });
    assert.deepEqual(state, { starts: [start(20, 2)], readyReplicas: 4, at: now - 1 });
    assert.equal(updateReadiness(state, now, all).delaySeconds, 20);
  });
});

describe("the starts under way", () => {
  const cases: (Case & { readonly expect: readonly Start[]; readonly highestAfter?: number })[] = [
    {
      name: "lose the ready ones, oldest first",
      starts: [start(18, 1), start(8, 3)],
      seen: { current: 8, ready: 6 },
      expect: [start(8, 2)],
      highestAfter: 6,
    },
    {
      name: "lose the newest when the count is lowered",
      starts: [start(6, 2), start(1, 3)],
      seen: { current: 7, ready: 4 },
      expect: [start(6, 2), start(1, 1)],
    },
    {
      name: "are kept when they fail",
      starts: [start(900, 2)],
      seen: { current: 6, ready: 4 },
      expect: [start(900, 2)],
    },
    {
      name: "gain what somebody else ordered",
      starts: [start(9, 2)],
      seen: { current: 9, ready: 4, risen: 3 },
      expect: [start(9, 2), start(0, 3)],
    },
    {
      name: "gain what somebody else ordered and is not ready at once",
      starts: [],
      seen: { current: 7, ready: 5, risen: 3 },
      expect: [start(0, 2)],
      highestAfter: 5,
    },
    {
      name: "do not gain an own order twice",
      starts: [start(2, 3)],
      seen: { current: 7, ready: 4, risen: 0 },
      expect: [start(2, 3)],
    },
    {
      name: "gain, as not seen, what was raised over ticks that nobody saw",
      starts: [],
      gap: 16,
      seen: { current: 7, ready: 4, risen: 3 },
      expect: [unseen(0, 3)],
    },
    {
      name: "gain, as not seen, what was ready and is not any more",
      starts: [start(9, 2)],
      seen: { current: 6, ready: 3 },
      expect: [start(9, 2), unseen(0, 1)],
    },
    {
      name: "forget the highest count with the count itself",
      starts: [start(9, 2)],
      highest: 6,
      seen: { current: 5, ready: 4 },
      expect: [start(9, 1)],
      highestAfter: 5,
    },
    {
      name: "begin at the count itself while more are ready than that",
      starts: [],
      highest: 6,
      seen: { current: 4, ready: 6 },
      expect: [],
      highestAfter: 4,
    },
  ];
  for (const { expect, ...one } of cases) {
    it(one.name, () => {
      const { starts, readyReplicas } = after(one);
      assert.deepEqual([starts, readyReplicas], [expect, one.highestAfter ?? 4]);
    });
  }

  it("keep their order when one is known only later", () => {
    const { starts } = withStart({ starts: [start(9, 1), start(2, 1)], readyReplicas: 4 }, start(5, 3));
    assert.deepEqual(starts, [start(9, 1), start(5, 3), start(2, 1)]);
  });
});

describe("the readiness delay", () => {
  const cases: { name: string; learnt: Pick<ReadinessState, "delaySeconds" | "learned">; expect: number }[] = [
    { name: "is the configured one before any start", learnt: {}, expect: 15 },
    { name: "is the learned one by a third after one start", learnt: { delaySeconds: 45, learned: 1 }, expect: 25 },
    { name: "is the learned one by two thirds after two", learnt: { delaySeconds: 45, learned: 2 }, expect: 35 },
    { name: "is the learned one alone after three", learnt: { delaySeconds: 45, learned: 3 }, expect: 45 },
    { name: "is the learned one alone after many", learnt: { delaySeconds: 45, learned: 80 }, expect: 45 },
    { name: "is the learned one of an earlier version", learnt: { delaySeconds: 45 }, expect: 45 },
  ];
  for (const { name, learnt, expect } of cases) {
    it(name, () => {
      assert.equal(readinessDelay({ starts: [], readyReplicas: 4, ...learnt }, 15), expect);
    });
  }
});

describe("the time until starting replicas serve", () => {
  interface Wait {
    readonly name: string;
    readonly starts: readonly Start[];
    readonly starting: number;
    readonly delay?: number;
    readonly expect: readonly number[];
  }
  const cases: Wait[] = [
    { name: "is none without any", starts: [start(5, 2)], starting: 0, expect: [] },
    { name: "counts down", starts: [start(8, 1), start(2, 1)], starting: 2, expect: [2, 8] },
    { name: "is over at any moment when it is late", starts: [start(15, 2)], starting: 2, expect: [0, 0] },
    { name: "is still so after one further delay", starts: [start(20, 1)], starting: 1, expect: [0] },
    { name: "is unknown later", starts: [start(21, 1), start(4, 1)], starting: 2, expect: [6, Infinity] },
    { name: "is unknown without a start", starts: [start(4, 1)], starting: 3, expect: [6, Infinity, Infinity] },
    {
      name: "is of the oldest when fewer are starting",
      starts: [start(8, 2), start(2, 2)],
      starting: 3,
      expect: [2, 2, 8],
    },
    { name: "has ten seconds to vary", starts: [start(11, 1), start(10, 1)], starting: 2, delay: 1, expect: [0, 0] },
    { name: "has no more than these", starts: [start(12, 1)], starting: 1, delay: 1, expect: [Infinity] },
  ];
  for (const { name, starts, starting, delay = 10, expect } of cases) {
    it(name, () => {
      const readiness = { starts, readyReplicas: 4 };
      assert.deepEqual(readyIn(readiness, now, starting, delay), expect);
      const overdue = expect.filter((seconds) => seconds === Infinity).length;
      assert.equal(overdueReplicas(readiness, now, starting, delay), overdue);
    });
  }
});
