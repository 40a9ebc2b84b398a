import assert from "node:assert/strict";
import type { DrainRule, Measurement, Proposal, QueueStatistics } from "../../../../../autoscaler/src/core/model.ts";
import { proposeDrain } from "../../../../../autoscaler/src/core/rules/drain.ts";
import { seedState, type DrainState, type State } from "../../../../../autoscaler/src/core/state.ts";
import { contextOf, learningRule, waitRule } from "../../builders.ts";

/** Half a minute of arrivals, so that replicas may be taken away. */
const seen = (rate: number): DrainState => ({
  arrivals: [970, 975, 980, 985, 990, 995].map((at) => ({ at, rate })),
});

interface Case {
  readonly queue?: QueueStatistics;
  readonly current?: number;
  readonly ready?: number;
  readonly rule?: Partial<DrainRule>;
  readonly measurement?: Partial<Measurement>;
  readonly learned?: DrainState;
  readonly state?: Partial<State>;
}

function proposed(one: Case, base: DrainRule = waitRule): Proposal {
  const { queue = {}, current = 4, ready = current, learned } = one;
  const values = { queue: { value: queue.ready ?? 0, observedAt: 1000, queue, ...one.measurement } };
  const drains: State["drains"] = learned === undefined ? {} : { wait: learned };
  const state = { ...seedState(900, current, ready), drains, ...one.state };
  return proposeDrain({ ...base, ...one.rule }, contextOf({ current, ready, values }, state)).proposal;
}

describe("the drain rule", () => {
  const idle = { ready: 0, unacknowledged: 0, publishRate: 0 };
  const cases: (Case & { name: string; replicas: number | null; reason: string })[] = [
    // Due in 30 − 4.5 − 1/8 s. Until 17 s 440 come, of which four replicas begin 8 × 42.375 in time; (440 − 339) ÷ (2 × 32.375).
    {
      name: "orders what the deadlines are short of",
      queue: { ready: 100, unacknowledged: 0, publishRate: 20 },
      replicas: 6,
      reason: "DrainBacklog",
    },
    {
      name: "takes away what the deadlines do not need",
      queue: { ready: 0, unacknowledged: 0, publishRate: 2 },
      learned: seen(2),
      replicas: 1,
      reason: "OfferedLoad",
    },
    {
      name: "takes none away before it has seen enough",
      queue: { ready: 0, unacknowledged: 0, publishRate: 2 },
      replicas: 4,
      reason: "LearningArrivals",
    },
    // 1000 come at 100/s for 10 s, so all are due by 26 s; until 17 s 2700, and (2700 − 339) ÷ 64.75 = 36.5.
    {
      name: "orders also before it has seen enough",
      queue: { ready: 1000, unacknowledged: 4, publishRate: 100 },
      replicas: 41,
      reason: "DrainBacklog",
    },
    {
      name: "keeps replicas that hold unacknowledged messages",
      queue: { ...idle, unacknowledged: 3 },
      learned: seen(0),
      replicas: 3,
      reason: "ReplicasBusy",
    },
    {
      name: "takes them away where they finish what they have",
      queue: { ...idle, unacknowledged: 3 },
      learned: seen(0),
      rule: { scaleInWhileBusy: true },
      replicas: 0,
      reason: "OfferedLoad",
    },
    {
      name: "asks for nothing when nothing comes and nothing waits",
      queue: idle,
      learned: seen(0),
      replicas: 0,
      reason: "OfferedLoad",
    },
    { name: "starts the first replica", queue: { ...idle, ready: 1 }, current: 0, replicas: 1, reason: "DrainBacklog" },
    {
      name: "never goes below the count while unacknowledged messages are unknown",
      queue: { ready: 0, publishRate: 2 },
      learned: seen(2),
      replicas: 4,
      reason: "MetricUnknown",
    },
    {
      name: "may raise on a backlog alone",
      queue: { ready: 1000 },
      measurement: { partial: "no statistics" },
      replicas: 30,
      reason: "DrainBacklog",
    },
    {
      name: "lowers nothing on a backlog alone",
      queue: { ready: 1, unacknowledged: 0 },
      measurement: { partial: "no statistics" },
      replicas: 4,
      reason: "LearningArrivals",
    },
    {
      name: "cannot say without a publish rate",
      queue: { ready: 1000, unacknowledged: 1 },
      replicas: null,
      reason: "MetricUnknown",
    },
    {
      name: "cannot say without the number of messages that wait",
      queue: { publishRate: 8 },
      replicas: null,
      reason: "MetricUnknown",
    },
  ];
  for (const { name, replicas, reason, ...one } of cases) {
    it(name, () => {
      const proposal = proposed(one);
      assert.deepEqual([proposal.replicas, proposal.reason], [replicas, reason]);
    });
  }

  it("has its figures in the detail", () => {
    const { detail } = proposed({ queue: { ready: 100, unacknowledged: 0, publishRate: 20 } });
    assert.equal(
      detail,
      "20 jobs/s at 2 a replica, 100 wait, the oldest for 5.2 s of 30 s, 4 ready, a start takes 10 s: 6",
    );
    const held = proposed({ queue: { ready: 0, unacknowledged: 3, publishRate: 0 }, learned: seen(0) });
    assert.equal(
      held.detail,
      "0 jobs/s at 2 a replica, 0 wait of 30 s, 4 ready, a start takes 10 s: 0, but 3 hold unacknowledged messages: 3",
    );
  });

  it("does not order again what is already starting", () => {
    const queue = { ready: 500, unacknowledged: 4, publishRate: 20 };
    const ordered = proposed({ queue }).replicas ?? NaN;
    const starts = [{ at: 1000, replicas: ordered - 4 }];
    const again = proposed({ queue, current: ordered, ready: 4, state: { readiness: { starts, readyReplicas: 4 } } });
    assert.ok((again.replicas ?? NaN) <= ordered, `${again.replicas} after ${ordered}`);
  });

  it("orders more for the same backlog when it is older", () => {
    const queue = { ready: 1000, unacknowledged: 4 };
    const rates = seen(40).arrivals;
    // Empty 6 s ago: none can be older.
    const young = proposed({ queue, learned: { arrivals: rates, lows: [{ at: 994, waiting: 0 }] } });
    const old = proposed({ queue, learned: { arrivals: rates } });
    assert.ok((old.replicas ?? NaN) > (young.replicas ?? NaN), `${old.detail}; ${young.detail}`);
  });

  it("reckons with the delay that it has learned", () => {
    const queue = { ready: 400, unacknowledged: 4, publishRate: 10 };
    const at = (delaySeconds: number) =>
      proposed({ queue, state: { readiness: { starts: [], readyReplicas: 4, delaySeconds } } });
    assert.match(at(20).detail, /a start takes 20 s/);
    assert.ok((at(20).replicas ?? NaN) > (at(5).replicas ?? NaN));
  });
});

describe("the drain rule without a known service rate", () => {
  const queue = { ready: 0, unacknowledged: 0, publishRate: 0, ackRate: 0 };
  const cases: { name: string; queue: QueueStatistics; replicas: number | null }[] = [
    { name: "lets an idle queue go though no ack was ever seen", queue, replicas: 0 },
    { name: "holds while a message is at work", queue: { ...queue, unacknowledged: 1 }, replicas: null },
    {
      name: "holds while nobody knows whether one is",
      queue: { ready: 0, publishRate: 0, ackRate: 0 },
      replicas: null,
    },
    { name: "holds while messages come", queue: { ...queue, publishRate: 1 }, replicas: null },
    // (440 − 339) ÷ (2 × 32.375), as with a configured rate of 2
    {
      name: "learns what a replica finishes from the first reading on",
      queue: { ready: 100, unacknowledged: 40, publishRate: 20, ackRate: 8 },
      replicas: 6,
    },
  ];
  for (const { name, queue: given, replicas } of cases) {
    it(name, () => {
      assert.equal(proposed({ queue: given, current: 4 }, learningRule).replicas, replicas);
    });
  }

  const atZero: (Case & { name: string; replicas: number | null })[] = [
    { name: "where messages wait", queue: { ready: 9, unacknowledged: 0, publishRate: 0 }, replicas: 1 },
    { name: "where messages come", queue: { ready: 0, unacknowledged: 0, publishRate: 3 }, replicas: 1 },
    { name: "not where nothing does", queue: { ready: 0, unacknowledged: 0, publishRate: 0 }, replicas: 0 },
    {
      name: "not where rates are unknown and none waits",
      queue: { ready: 0 },
      measurement: { partial: "no statistics" },
      replicas: null,
    },
  ];
  for (const { name, replicas, ...one } of atZero) {
    it(`starts one of none to learn from ${name}`, () => {
      assert.equal(proposed({ ...one, current: 0 }, learningRule).replicas, replicas);
    });
  }

  it("says so", () => {
    assert.equal(proposed({ queue: { ...queue, ready: 9 } }, learningRule).reason, "LearningServiceRate");
  });
});

describe("a part of the rule that a simulation leaves out", () => {
  const queue = { ready: 300, unacknowledged: 4 };
  const learned = seen(12);
  const count = (without: DrainRule["without"] = []) => proposed({ queue, learned, rule: { without } }).replicas ?? NaN;

  it("is the age of what waits: then nothing is urgent", () => {
    assert.ok(count(["ages"]) < count(), `${count(["ages"])} of ${count()}`);
  });

  it("is the margin: then the whole wait is there", () => {
    assert.ok(count(["margin"]) < count(), `${count(["margin"])} of ${count()}`);
  });

  it("is what is starting: then the same is ordered again", () => {
    const readiness = { starts: [{ at: 1000, replicas: 4 }], readyReplicas: 4 };
    const starting = { queue, learned, current: 8, ready: 4, state: { readiness } };
    const again = proposed({ ...starting, rule: { without: ["starts"] } }).replicas ?? NaN;
    assert.ok(again > (proposed(starting).replicas ?? NaN));
  });

  it("is looking ahead: then replicas go that are needed again soon", () => {
    const calm = { queue: { ready: 0, unacknowledged: 0 }, learned: seen(7) };
    const careless = proposed({ ...calm, rule: { without: ["lookAhead"] } }).replicas ?? NaN;
    assert.ok(careless < (proposed(calm).replicas ?? NaN));
  });

  it("is the burst: then only the mean counts", () => {
    const arrivals = [985, 990, 995, 1000].map((at) => ({ at, rate: at > 990 ? 40 : 2 }));
    const burst = { queue: { ready: 0, unacknowledged: 4 }, learned: { arrivals }, rule: { maxWaitSeconds: 8 } };
    const mean = proposed({ ...burst, rule: { ...burst.rule, without: ["burst"] } }).replicas ?? NaN;
    assert.ok(mean < (proposed(burst).replicas ?? NaN));
  });
});
