import assert from "node:assert/strict";
import type { Demand, Supply } from "../../../../../autoscaler/src/core/drain/deadlines.ts";
import { sizeFor, type Floor, type Size, type Sizing } from "../../../../../autoscaler/src/core/drain/size.ts";
import type { DrainState } from "../../../../../autoscaler/src/core/state.ts";

const demand: Demand = {
  backlog: { waiting: 0, olderThan: () => 0 },
  arrivals: { steady: 0, burst: 0 },
  serviceRate: 1,
  readinessDelaySeconds: 40,
  dueSeconds: 34,
  delaysAhead: 5,
  shortestServingSeconds: 12,
};
const hundred: Demand = { ...demand, readinessDelaySeconds: 10, backlog: { waiting: 100, olderThan: () => 0 } };

const nothing: DrainState = { arrivals: [] };

/** Two replicas are late for one in a hundred here; half an hour ago the budget was whole. */
const short: DrainState = {
  arrivals: [],
  lateness: { at: 1000, begun: 1000, late: 20 },
  reserve: { at: 1000, jobs: 1000, levels: [10.1, 10.1, 10, 0].map((late) => [0, late, 0] as const) },
};

interface Case {
  readonly current?: number;
  readonly demand?: Demand;
  readonly supply?: Partial<Supply>;
  readonly overdue?: number;
  readonly floors?: readonly Floor[];
  readonly rule?: Partial<Sizing["rule"]>;
  readonly learned?: DrainState;
}

function sized(one: Case): Size {
  const { current = 4, overdue = 0, floors = [], learned = nothing } = one;
  const supply = { readyReplicas: current, idleReplicas: 0, readyIn: [], ...one.supply };
  const rule = { headroom: 0, lateShare: 0.01, ...one.rule };
  const counts = { currentReplicas: current, overdueReplicas: overdue };
  return sizeFor({ demand: one.demand ?? demand, supply, ...counts, floors, rule }, learned);
}

const busy: Floor = { replicas: 3, reason: "ReplicasBusy", why: "3 are busy" };
const learning: Floor = { replicas: 3, reason: "LearningArrivals", why: "little is known" };

describe("the size", () => {
  const cases: (Case & { name: string; replicas: number; reason: string })[] = [
    { name: "is none where nothing comes and nothing waits", replicas: 0, reason: "OfferedLoad" },
    // 100 ÷ 34 s
    { name: "is the lowest count that meets the deadlines", demand: hundred, replicas: 3, reason: "OfferedLoad" },
    // (100 − 34) ÷ 24 more
    { name: "adds what is short", demand: hundred, current: 1, replicas: 4, reason: "DrainBacklog" },
    { name: "adds to none", demand: hundred, current: 0, replicas: 5, reason: "DrainBacklog" },
    // 34 + 30 + 30 of 100
    {
      name: "counts on what is starting",
      demand: hundred,
      current: 3,
      supply: { readyReplicas: 1, readyIn: [4, 4] },
      replicas: 4,
      reason: "DrainBacklog",
    },
    // 34 + 33 + 33 of 100
    {
      name: "orders none where what is starting is enough",
      demand: hundred,
      current: 3,
      supply: { readyReplicas: 1, readyIn: [1, 1] },
      replicas: 3,
      reason: "OfferedLoad",
    },
    {
      name: "takes away what is starting first",
      demand: hundred,
      current: 6,
      supply: { readyReplicas: 4, readyIn: [9, 9] },
      replicas: 3,
      reason: "OfferedLoad",
    },
    { name: "is not below a floor", floors: [busy], replicas: 3, reason: "ReplicasBusy" },
    {
      name: "is not below the highest floor",
      floors: [{ ...busy, replicas: 2 }, learning],
      replicas: 3,
      reason: "LearningArrivals",
    },
    { name: "is told by the first of equal floors", floors: [learning, busy], replicas: 3, reason: "LearningArrivals" },
    {
      name: "is told by the deadlines where they ask for as much",
      demand: hundred,
      floors: [busy],
      replicas: 3,
      reason: "OfferedLoad",
    },
  ];
  for (const { name, replicas, reason, ...one } of cases) {
    it(name, () => {
      const { replicas: count, reason: word } = sized(one);
      assert.deepEqual([count, word], [replicas, reason]);
    });
  }

  it("tells what the deadlines alone need, and what raised it", () => {
    const { needed, why } = sized({ floors: [busy] });
    assert.deepEqual([needed, why], [0, "3 are busy"]);
  });

  it("is not one more for an error of the arithmetic", () => {
    // Three times what one begins, divided by what one begins, is a hair above three.
    const of = {
      ...hundred,
      backlog: { waiting: 3 * 0.2 * 5.2, olderThan: () => 0 },
      serviceRate: 0.2,
      dueSeconds: 15.2,
      readinessDelaySeconds: 10,
      shortestServingSeconds: 5.2,
    };
    assert.equal(sized({ demand: of, current: 0 }).replicas, 3);
  });
});

describe("replicas that do not get Ready", () => {
  const cases: (Case & { name: string; replicas: number; reason: string })[] = [
    {
      name: "stop orders where nobody serves",
      current: 1,
      supply: { readyReplicas: 0, readyIn: [Infinity] },
      overdue: 1,
      replicas: 1,
      reason: "StartsOverdue",
    },
    {
      name: "stop orders where more than half as many serve",
      current: 3,
      supply: { readyReplicas: 1, readyIn: [Infinity, Infinity] },
      overdue: 2,
      replicas: 3,
      reason: "StartsOverdue",
    },
    {
      name: "are made up for where most get Ready",
      current: 3,
      supply: { readyReplicas: 2, readyIn: [Infinity] },
      overdue: 1,
      replicas: 5,
      reason: "DrainBacklog",
    },
    {
      name: "go where they are not needed",
      demand,
      current: 3,
      supply: { readyReplicas: 1, readyIn: [Infinity, Infinity] },
      overdue: 2,
      replicas: 0,
      reason: "OfferedLoad",
    },
  ];
  for (const { name, replicas, reason, ...one } of cases) {
    it(name, () => {
      const { replicas: count, reason: word } = sized({ demand: hundred, ...one });
      assert.deepEqual([count, word], [replicas, reason]);
    });
  }
});

describe("long jobs", () => {
  // Ten minutes each: within the wait a replica begins one message and no second one.
  const long: Demand = { ...hundred, serviceRate: 1 / 600, backlog: { waiting: 10, olderThan: () => 0 } };
  const cases: (Case & { name: string; replicas: number })[] = [
    { name: "need a replica for each that waits", current: 0, replicas: 10 },
    {
      name: "need none where as many idle",
      demand: { ...long, backlog: { waiting: 3, olderThan: () => 0 } },
      supply: { idleReplicas: 4 },
      replicas: 3,
    },
    {
      name: "count those that are starting",
      current: 6,
      supply: { readyReplicas: 0, readyIn: [4, 4, 4, 4, 4, 4] },
      replicas: 10,
    },
  ];
  for (const { name, replicas, ...one } of cases) {
    it(name, () => {
      assert.equal(sized({ demand: long, ...one }).replicas, replicas);
    });
  }
});

describe("the headroom", () => {
  const sixteen: Demand = { ...demand, arrivals: { steady: 16, burst: 16 }, readinessDelaySeconds: 0 };

  it("adds its multiple of the root of the offered load", () => {
    const { replicas, reason } = sized({ demand: sixteen, current: 40, rule: { headroom: 0.5 } });
    assert.deepEqual([replicas, reason], [18, "OfferedLoad"]);
  });

  it("of 0 is no floor at all: a wait that is allowed needs fewer than the load", () => {
    assert.ok(sized({ demand: sixteen, current: 40 }).replicas < 16);
  });

  it("raises the count too", () => {
    assert.equal(sized({ demand: sixteen, current: 17, rule: { headroom: 0.5 } }).replicas, 18);
  });
});

describe("the reserve in the size", () => {
  const cases: (Case & { name: string; replicas: number; reason: string })[] = [
    { name: "is the least count that keeps the share", learned: short, replicas: 3, reason: "Reserve" },
    { name: "is ordered where there is less", learned: short, current: 0, replicas: 3, reason: "Reserve" },
    {
      name: "is more where fewer may be late",
      learned: short,
      rule: { lateShare: 0.005 },
      replicas: 4,
      reason: "Reserve",
    },
    {
      name: "is not kept while half of the budget is left",
      learned: short,
      rule: { lateShare: 0.04 },
      replicas: 0,
      reason: "OfferedLoad",
    },
    {
      name: "is not kept while nothing is known of lateness",
      learned: { arrivals: [], ...(short.reserve && { reserve: short.reserve }) },
      replicas: 0,
      reason: "OfferedLoad",
    },
    {
      name: "is not kept while nothing is known of bursts",
      learned: { arrivals: [], ...(short.lateness && { lateness: short.lateness }) },
      replicas: 0,
      reason: "OfferedLoad",
    },
    {
      name: "is nothing to a simulation without it",
      learned: short,
      rule: { without: ["reserve"] },
      replicas: 0,
      reason: "OfferedLoad",
    },
  ];
  for (const { name, replicas, reason, ...one } of cases) {
    it(name, () => {
      const { replicas: count, reason: word } = sized(one);
      assert.deepEqual([count, word], [replicas, reason]);
    });
  }
});
