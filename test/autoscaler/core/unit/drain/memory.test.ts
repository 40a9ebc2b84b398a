import assert from "node:assert/strict";
import { knownOf, learnQueue, learnWaits, type Moment } from "../../../../../autoscaler/src/core/drain/memory.ts";
import type { QueueStatistics } from "../../../../../autoscaler/src/core/model.ts";
import { proposeDrain, type DrainOutcome } from "../../../../../autoscaler/src/core/rules/drain.ts";
import { seedState, type DrainState } from "../../../../../autoscaler/src/core/state.ts";
import { contextOf, learningRule, specOf, waitRule, type Scene } from "../../builders.ts";

const learned: DrainState = {
  arrivals: [{ at: 990, rate: 8 }],
  service: { at: 990, busy: [], saturated: { acked: 40, busySeconds: 40 }, any: { acked: 40, busySeconds: 40 } },
};
const moment: Moment = { rule: waitRule, spec: specOf(), now: 1000, readyReplicas: 4, readinessDelaySeconds: 10 };

const measured = (queue: QueueStatistics, observedAt = 998) => ({ value: queue.ready ?? 0, observedAt, queue });

describe("what a reading teaches", () => {
  const of = (queue: QueueStatistics, before = learned): DrainState => learnQueue(before, measured(queue), moment);

  it("dates a sample by its source, not by the decision", () => {
    assert.deepEqual(of({ ready: 0, publishRate: 6 }).arrivals.at(-1), { at: 998, rate: 6 });
  });

  it("dates what waits by the decision, since that is counted when it is asked for", () => {
    assert.deepEqual(of({ ready: 7 }).lows, [{ at: 1000, waiting: 7 }]);
  });

  const cases: { name: string; queue: QueueStatistics; kept: keyof DrainState }[] = [
    { name: "arrivals through a reading without a publish rate", queue: { ready: 0 }, kept: "arrivals" },
    { name: "the reserve through one", queue: { ready: 0 }, kept: "reserve" },
    { name: "lows through one without what waits", queue: { publishRate: 6 }, kept: "lows" },
    { name: "work through one without acks", queue: { ready: 0, unacknowledged: 1 }, kept: "service" },
    { name: "work through one without unacknowledged messages", queue: { ready: 0, ackRate: 1 }, kept: "service" },
  ];
  const before = { ...learned, lows: [{ at: 990, waiting: 0 }], reserve: { at: 990, jobs: 5, levels: [] } };
  for (const { name, queue, kept } of cases) {
    it(`keeps ${name}`, () => {
      assert.deepEqual(of(queue, before)[kept], before[kept]);
    });
  }

  it("tries no counts while the rate of a replica is unknown", () => {
    const unknown = learnQueue({ arrivals: [] }, measured({ publishRate: 6 }), { ...moment, rule: learningRule });
    assert.deepEqual([unknown.arrivals.length, unknown.reserve], [1, undefined]);
  });

  it("tries no more counts than there may be replicas", () => {
    const narrow = { ...moment, spec: specOf({ maxReplicas: 3 }) };
    assert.equal(learnQueue(learned, measured({ publishRate: 500 }), narrow).reserve?.levels.length, 3);
  });

  it("keeps arrivals for half as long again as the maximum wait", () => {
    const rule = { ...waitRule, maxWaitSeconds: 600 };
    const kept = (at: number) =>
      learnQueue({ arrivals: [{ at, rate: 1 }] }, measured({ publishRate: 2 }, 1000), { ...moment, rule }).arrivals;
    assert.equal(kept(1000 - 919).length, 2);
    assert.equal(kept(1000 - 920).length, 1);
  });

  it("keeps arrivals for the window of slow starts", () => {
    const kept = (at: number) =>
      learnQueue({ arrivals: [{ at, rate: 1 }] }, measured({ publishRate: 2 }, 1000), {
        ...moment,
        readinessDelaySeconds: 300,
      }).arrivals;
    assert.equal(kept(1000 - 619).length, 2);
    assert.equal(kept(1000 - 620).length, 1);
  });
});

describe("what is known of a queue", () => {
  const knownFor = (queue: QueueStatistics, state = learned, now = 1000) =>
    knownOf(state, measured(queue), { ...moment, now });

  it("is the learned rate of a replica before the configured one", () => {
    assert.equal(knownFor({}).serviceRate, 1);
    assert.equal(knownFor({}, { arrivals: [] }).serviceRate, 2);
  });

  it("is nothing of arrivals without a sample, and of the backlog without a count", () => {
    const { arrivals, backlog, oldest } = knownFor({}, { arrivals: [] });
    assert.deepEqual([arrivals, backlog, oldest], [undefined, undefined, 0]);
  });

  it("is nothing of arrivals once rates are not told any more", () => {
    // A metric may be 30 s old here, and the statistics 5 s more.
    const last = learned.arrivals.at(-1)?.at ?? NaN;
    assert.equal(knownFor({}, learned, last + 35).arrivals?.steady, 8);
    assert.equal(knownFor({}, learned, last + 36).arrivals, undefined);
  });

  it("is how long the oldest has waited", () => {
    // 8/s since 982.5
    const { oldest } = knownFor({ ready: 80 });
    assert.ok(oldest >= 10 && oldest <= 10.5, `${oldest}`);
  });
});

describe("what began since the last tick", () => {
  const before: DrainState = { ...learned, lateness: { at: 998, begun: 0, late: 0 } };
  const cases: { name: string; queue: QueueStatistics; ready?: number; begun: number; late: number }[] = [
    // 1/s by each of four replicas, for 2 s
    { name: "is all that replicas can begin while messages wait", queue: { ready: 80 }, begun: 8, late: 0 },
    { name: "is late when the oldest is", queue: { ready: 400 }, begun: 8, late: 8 },
    { name: "is what arrives when none waits", queue: { ready: 0 }, ready: 20, begun: 16, late: 0 },
    { name: "is never more than replicas can begin", queue: { ready: 0 }, ready: 3, begun: 6, late: 0 },
    { name: "is nothing without replicas", queue: { ready: 400 }, ready: 0, begun: 0, late: 0 },
  ];
  for (const { name, queue, ready = 4, begun, late } of cases) {
    it(name, () => {
      const arrivals = Array.from({ length: 12 }, (_, i) => ({ at: 940 + 5 * i, rate: 8 }));
      const state = { ...before, arrivals };
      const at = { ...moment, readyReplicas: ready };
      const { lateness } = learnWaits(state, knownOf(state, measured(queue), at), at);
      assert.deepEqual(lateness, { at: 1000, begun, late });
    });
  }

  it("is not guessed where something is unknown", () => {
    assert.equal(learnWaits(before, knownOf(before, measured({}), moment), moment), before);
  });
});

describe("the memory of the drain rule", () => {
  function outcome(queue: QueueStatistics, scene: Scene = {}): DrainOutcome {
    const state = { ...seedState(900, 4, 4), drains: { wait: learned } };
    return proposeDrain(waitRule, contextOf({ values: { queue: measured(queue) }, ...scene }, state));
  }

  it("is left as it is by an outage", () => {
    const { proposal, state } = outcome({}, { values: { queue: null } });
    assert.deepEqual([proposal.replicas, state], [null, learned]);
  });

  it("of an earlier version is enough to go on with", () => {
    const { proposal, state } = outcome({ ready: 40, unacknowledged: 4, publishRate: 8, ackRate: 4 });
    assert.notEqual(proposal.replicas, null);
    assert.deepEqual(Object.keys(state).sort(), ["arrivals", "lateness", "lows", "reserve", "service"]);
  });

  it("proposes from what was known before, through a reading without a publish rate", () => {
    assert.notEqual(outcome({ ready: 0 }).proposal.replicas, null);
  });
});
