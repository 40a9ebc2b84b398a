import assert from "node:assert/strict";
import { addSample, arrivalRate } from "../../../../autoscaler/src/core/drain/arrivalRate.ts";
import { projectBacklog } from "../../../../autoscaler/src/core/drain/projection.ts";
import { readyIn, updateReadiness } from "../../../../autoscaler/src/core/drain/readiness.ts";
import { learnService, serviceRate, type ServiceSample } from "../../../../autoscaler/src/core/drain/serviceRate.ts";
import { drainSeconds, sizeFor } from "../../../../autoscaler/src/core/drain/size.ts";
import type { DrainRule, QueueStatistics } from "../../../../autoscaler/src/core/model.ts";
import { proposeDrain } from "../../../../autoscaler/src/core/rules/drain.ts";
import type { RateSample, ServiceState } from "../../../../autoscaler/src/core/state.ts";
import { contextOf, type Scene } from "../builders.ts";

/** One sample each 5 s, the last at 1000. */
const samples = (...rates: number[]): RateSample[] =>
  rates.map((rate, index) => ({ at: 1000 - 5 * (rates.length - 1 - index), rate }));

describe("the arrival rate", () => {
  it("is unknown without a sample", () => {
    assert.equal(arrivalRate([]), undefined);
  });

  it("is the first sample's at first", () => {
    assert.equal(arrivalRate(samples(7)), 7);
  });

  it("looks back 15 s where jobs are many", () => {
    assert.equal(arrivalRate(samples(100, 100, 100, 100, 40, 40, 40)), 40);
  });

  it("looks back for 60 jobs where they are few", () => {
    assert.equal(arrivalRate(samples(2, 2, 2, 1, 1, 1)), 9 / 6);
  });

  it("follows a burst of the last 10 s at once", () => {
    assert.equal(arrivalRate(samples(1, 1, 1, 1, 1, 50, 50)), 50);
  });

  it("takes what may be chance for chance", () => {
    const rate = arrivalRate(samples(10, 10, 10, 12, 12)) ?? NaN;
    assert.ok(rate < 12, `${rate}`);
  });

  it("does not count an observation twice", () => {
    const once = addSample([], { at: 5, rate: 1 });
    assert.equal(addSample(once, { at: 5, rate: 9 }), once);
  });

  it("forgets after two minutes", () => {
    assert.deepEqual(addSample([{ at: 0, rate: 1 }], { at: 120, rate: 2 }), [{ at: 120, rate: 2 }]);
  });
});

describe("the service rate", () => {
  const base: ServiceSample = { at: 0, ackRate: 0, unacknowledged: 0, ready: 0, readyReplicas: 4 };
  const learn = (seconds: number, more: (at: number) => Partial<ServiceSample>): number | undefined => {
    let state: ServiceState | undefined;
    for (let at = 0; at <= seconds; at += 2) state = learnService(state, { ...base, at, ...more(at) });
    return serviceRate(state);
  };

  it("is unknown before anything was acknowledged", () => {
    assert.equal(
      learn(60, () => ({ unacknowledged: 40, ready: 100 })),
      undefined,
    );
  });

  it("is acks divided by busy replicas", () => {
    assert.equal(
      learn(60, () => ({ unacknowledged: 40, ready: 100, ackRate: 8 })),
      2,
    );
  });

  it("counts only replicas that can be busy", () => {
    assert.equal(
      learn(60, () => ({ unacknowledged: 2, ackRate: 4 })),
      2,
    );
  });

  it("is not fooled by the mean of a rate that has just begun", () => {
    // Four replicas at 2 a second begin at 100 s; the broker's rate is a mean over the last 10 s.
    const busySince = 100;
    const rate = learn(112, (at) => {
      if (at < busySince) return {};
      return { unacknowledged: 40, ready: 100, ackRate: (8 * Math.min(10, Math.max(0, at - 2.5 - busySince))) / 10 };
    });
    assert.ok(rate !== undefined && rate > 1.4 && rate < 2.6, `${rate}`);
  });

  it("forgets an old rate", () => {
    const rate = learn(3000, (at) => ({ unacknowledged: 40, ready: 100, ackRate: at < 1000 ? 40 : 8 })) ?? NaN;
    assert.ok(Math.abs(rate - 2) < 0.2, `${rate}`);
  });
});

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

describe("the projected backlog", () => {
  const flow = { backlog: 100, arrivalRate: 10, serviceRate: 2, readyReplicas: 3, readyIn: [] };
  const cases = [
    { name: "grows by what is not served", flow, expect: 140 },
    { name: "never falls below zero", flow: { ...flow, readyReplicas: 50 }, expect: 0 },
    { name: "counts a starting replica from when it is ready", flow: { ...flow, readyIn: [5] }, expect: 130 },
    { name: "ignores one that is ready too late", flow: { ...flow, readyIn: [11] }, expect: 140 },
    {
      name: "starts from zero again after it was empty",
      flow: { ...flow, backlog: 0, readyReplicas: 50, readyIn: [] },
      expect: 0,
    },
  ];
  for (const { name, flow: given, expect } of cases) {
    it(name, () => {
      assert.equal(projectBacklog(given, 10), expect);
    });
  }
});

describe("the size", () => {
  const demand = { arrivalRate: 20, serviceRate: 2, projectedBacklog: 0, drainSeconds: 20, headroom: 0 };

  it("is the offered load without a backlog", () => {
    assert.deepEqual(sizeFor(demand), { replicas: 10, decidedBy: "OfferedLoad" });
  });

  it("adds headroom by the square root", () => {
    assert.equal(sizeFor({ ...demand, headroom: 1 }).replicas, 14);
  });

  it("drains the backlog within the time", () => {
    assert.deepEqual(sizeFor({ ...demand, projectedBacklog: 400 }), { replicas: 20, decidedBy: "DrainBacklog" });
  });

  it("is not one more for an error of the arithmetic", () => {
    assert.equal(sizeFor({ ...demand, arrivalRate: 2.1, serviceRate: 0.7 }).replicas, 3);
  });

  it("leaves the wait minus the readiness delay, but a fifth of the wait at least", () => {
    assert.deepEqual([drainSeconds(30, 10), drainSeconds(30, 29), drainSeconds(30, 60)], [20, 6, 6]);
  });
});

describe("the drain rule", () => {
  const rule: DrainRule = {
    kind: "drain",
    name: "wait",
    metric: "queue",
    maxWaitSeconds: 30,
    readinessDelaySeconds: 10,
    serviceRatePerReplica: 2,
    headroom: 0,
  };
  const propose = (queue: QueueStatistics, scene: Scene = {}, more: object = {}) =>
    proposeDrain(
      rule,
      contextOf({ ...scene, values: { queue: { value: queue.ready ?? 0, observedAt: 1000, queue, ...more } } }),
    ).proposal;

  it("sizes for arrivals and backlog, with the figures in its detail", () => {
    // 20/s against 4 × 2/s: 100 grow to 220 in 10 s; (20 + 220 / 20) / 2 = 15.5.
    const { replicas, reason, detail } = propose({ ready: 100, unacknowledged: 0, publishRate: 20 });
    assert.deepEqual([replicas, reason], [16, "DrainBacklog"]);
    assert.match(detail, /20 jobs\/s at 2 jobs\/s a replica, backlog 100, in 10 s 220 to drain within 20 s: 16/);
  });

  it("does not order again what is already starting", () => {
    const without = propose({ ready: 100, publishRate: 20 }, { current: 4 }).replicas ?? 0;
    const starting = propose({ ready: 100, publishRate: 20 }, { current: 16, ready: 4 }).replicas ?? 0;
    assert.ok(starting <= without, `${starting} of ${without}`);
  });

  it("keeps replicas that hold unacknowledged messages", () => {
    const { replicas, reason } = propose({ ready: 0, unacknowledged: 3, publishRate: 0.1 }, { current: 8 });
    assert.deepEqual([replicas, reason], [3, "ReplicasBusy"]);
  });

  it("asks for nothing when nothing comes and nothing waits", () => {
    assert.equal(propose({ ready: 0, unacknowledged: 0, publishRate: 0 }).replicas, 0);
  });

  it("never goes below the count while unacknowledged messages are unknown", () => {
    const { replicas, reason } = propose({ ready: 0, publishRate: 2 }, { current: 8 });
    assert.deepEqual([replicas, reason], [8, "MetricUnknown"]);
  });

  it("lets an idle queue go though no ack was ever seen", () => {
    const { kind, name, metric, maxWaitSeconds, readinessDelaySeconds, headroom } = rule;
    const unknown: DrainRule = { kind, name, metric, maxWaitSeconds, readinessDelaySeconds, headroom };
    const of = (queue: QueueStatistics) => {
      const values = { queue: { value: 0, observedAt: 1000, queue } };
      return proposeDrain(unknown, contextOf({ current: 12, values })).proposal.replicas;
    };
    const idle = { ready: 0, unacknowledged: 0, publishRate: 0, ackRate: 0 };
    assert.equal(of(idle), 0);
    assert.equal(of({ ...idle, unacknowledged: 1 }), null);
    assert.equal(of({ ready: 0, publishRate: 0, ackRate: 0 }), null);
  });

  it("may raise on a backlog alone", () => {
    assert.equal(propose({ ready: 1000 }, {}, { partial: "no statistics" }).replicas, 23);
  });

  it("cannot say without a publish rate", () => {
    assert.equal(propose({ ready: 1000, unacknowledged: 1 }).reason, "MetricUnknown");
  });

  it("learns what a replica finishes from the first reading on", () => {
    const { kind, name, metric, maxWaitSeconds, readinessDelaySeconds, headroom } = rule;
    const unknown: DrainRule = { kind, name, metric, maxWaitSeconds, readinessDelaySeconds, headroom };
    const queue = { ready: 100, unacknowledged: 40, publishRate: 20, ackRate: 8 };
    const context = contextOf({ values: { queue: { value: 140, observedAt: 1000, queue } } });
    assert.equal(proposeDrain(unknown, context).proposal.replicas, 16);
    const silent = { ...queue, ackRate: 0 };
    const learning = contextOf({ values: { queue: { value: 140, observedAt: 1000, queue: silent } } });
    assert.equal(proposeDrain(unknown, learning).proposal.reason, "LearningServiceRate");
  });
});
