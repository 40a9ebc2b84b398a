import assert from "node:assert/strict";
import { addSample, arrivalRate } from "../../../../autoscaler/src/core/drain/arrivalRate.ts";
import { readyIn, updateReadiness } from "../../../../autoscaler/src/core/drain/readiness.ts";
import { busyReplicas, learnService, serviceRate } from "../../../../autoscaler/src/core/drain/serviceRate.ts";
import type { DrainRule, QueueStatistics } from "../../../../autoscaler/src/core/model.ts";
import { proposeDrain, type DrainOutcome } from "../../../../autoscaler/src/core/rules/drain.ts";
import { seedState, type DrainState, type ReadinessState, type Work } from "../../../../autoscaler/src/core/state.ts";
import { contextOf, type Scene } from "../builders.ts";

describe("the window of the arrival rate", () => {
  const samples = (...rates: number[]) => rates.map((rate, index) => ({ at: 5 * index, rate }));
  const cases: { name: string; rates: number[]; rate: number }[] = [
    { name: "is 15 s for 60 jobs", rates: [9, 9, 9, 4, 4, 4], rate: 4 },
    { name: "is longer for fewer", rates: [9, 9, 9, 3, 3, 3], rate: 4.5 },
    { name: "is all there is for very few", rates: [0.2, 0.1, 0.1, 0, 0], rate: 0.08 },
    // 17.3/s over 15 s; one refresh of 50/s is a burst of 25.5/s over 10 s.
    { name: "gives way to a burst, seen over two refreshes", rates: [1, 1, 1, 1, 1, 1, 1, 50], rate: 25.5 },
    { name: "stands against two sigmas", rates: [10, 10, 10, 15, 15], rate: 40 / 3 },
    { name: "knows of silence", rates: [0, 0, 0], rate: 0 },
  ];
  for (const { name, rates, rate } of cases) {
    it(name, () => {
      const found = arrivalRate(samples(...rates)) ?? NaN;
      assert.ok(Math.abs(found - rate) < 1e-9, `${found}`);
    });
  }

  it("takes a sample after a long gap for two minutes at most", () => {
    const rate = arrivalRate([
      { at: 0, rate: 10 },
      { at: 1000, rate: 0.1 },
    ]);
    assert.equal(rate, (10 * 5 + 0.1 * 120) / 125);
  });

  it("keeps a sample for almost two minutes", () => {
    const kept = addSample([{ at: 0, rate: 1 }], { at: 119, rate: 2 });
    assert.equal(kept.length, 2);
  });

  it("does not take an older observation", () => {
    const samplesBefore = [{ at: 10, rate: 1 }];
    assert.equal(addSample(samplesBefore, { at: 5, rate: 9 }), samplesBefore);
  });
});

describe("what a replica finishes", () => {
  const full = { ackRate: 2, unacknowledged: 4, ready: 10, readyReplicas: 4 };

  it("takes the first sample for one refresh of five seconds", () => {
    const { any, saturated } = learnService(undefined, { at: 0, ...full });
    assert.deepEqual(any, { acked: 10, busySeconds: 20 });
    assert.deepEqual(saturated, any);
  });

  it("counts as saturated only what was done while messages waited", () => {
    const { any, saturated } = learnService(undefined, { at: 0, ...full, ready: 0 });
    assert.deepEqual(any, { acked: 10, busySeconds: 20 });
    assert.deepEqual(saturated, { acked: 0, busySeconds: 0 });
  });

  it("does not take a gap in the readings for work", () => {
    const first = learnService(undefined, { at: 0, ...full });
    const { any } = learnService(first, { at: 1000, ...full });
    const keep = 2 ** (-15 / 300);
    assert.deepEqual(any, { acked: 10 * keep + 30, busySeconds: 20 * keep + 60 });
  });

  it("does not count an observation twice, nor an older one", () => {
    const first = learnService(undefined, { at: 10, ...full });
    assert.deepEqual(learnService(first, { at: 10, ...full }), first);
    assert.deepEqual(learnService(first, { at: 5, ...full }), first);
  });

  it("takes no acks without a busy replica", () => {
    const { any } = learnService(undefined, { at: 0, ...full, unacknowledged: 0 });
    assert.deepEqual(any, { acked: 0, busySeconds: 0 });
  });

  it("divides by those that were busy, from when they were seen", () => {
    const idle = learnService(undefined, { at: 100, ...full, unacknowledged: 0 });
    const { any } = learnService(idle, { at: 105, ...full });
    assert.deepEqual(any, { acked: 10, busySeconds: 20 });
  });

  it("takes a replica for busy that holds any part of a mean message", () => {
    assert.deepEqual(
      [0, 0.4, 3, 3.2, 9].map((unacknowledged) => busyReplicas(unacknowledged, 5)),
      [0, 1, 3, 4, 5],
    );
  });

  const work = (acked: number, busySeconds: number): Work => ({ acked, busySeconds });
  const cases: { name: string; saturated: Work; any: Work; rate: number | undefined }[] = [
    { name: "is known by ten acks under load", saturated: work(10, 5), any: work(100, 100), rate: 2 },
    { name: "is known by all acks until then", saturated: work(9.9, 5), any: work(100, 100), rate: 1 },
    { name: "is known by three acks at least", saturated: work(0, 0), any: work(3, 6), rate: 0.5 },
    { name: "is unknown with fewer", saturated: work(0, 0), any: work(2.9, 6), rate: undefined },
    { name: "is unknown without busy time", saturated: work(50, 0), any: work(50, 0), rate: undefined },
  ];
  for (const { name, saturated, any, rate } of cases) {
    it(name, () => {
      assert.equal(serviceRate({ at: 0, busy: [], saturated, any }), rate);
    });
  }
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

describe("the memory of the drain rule", () => {
  const rule: DrainRule = {
    kind: "drain",
    name: "wait",
    metric: "queue",
    maxWaitSeconds: 30,
    readinessDelaySeconds: 10,
    serviceRatePerReplica: 2,
    headroom: 0,
  };
  const learned: DrainState = {
    arrivals: [{ at: 990, rate: 8 }],
    service: { at: 990, busy: [], saturated: { acked: 40, busySeconds: 40 }, any: { acked: 40, busySeconds: 40 } },
  };

  function outcome(queue: QueueStatistics, scene: Scene = {}): DrainOutcome {
    const state = { ...seedState(900, 4, 4), drains: { wait: learned } };
    const measurement = { value: queue.ready ?? 0, observedAt: 998, queue };
    return proposeDrain(rule, contextOf({ values: { queue: measurement }, ...scene }, state));
  }

  it("prefers what it has learned to what is configured", () => {
    // 8/s at 1/s a replica, where 2/s are configured.
    assert.equal(outcome({ ready: 0, publishRate: 8 }).proposal.replicas, 10);
  });

  it("dates a sample by its source, not by the decision", () => {
    assert.deepEqual(outcome({ ready: 0, publishRate: 6 }).state.arrivals.at(-1), { at: 998, rate: 6 });
  });

  it("keeps its arrivals through a reading without a publish rate", () => {
    const { proposal, state } = outcome({ ready: 0 });
    assert.deepEqual(state.arrivals, learned.arrivals);
    assert.notEqual(proposal.replicas, null);
  });

  it("keeps its service rate through a reading without acks or without unacknowledged messages", () => {
    assert.deepEqual(outcome({ ready: 0, publishRate: 6, unacknowledged: 1 }).state.service, learned.service);
    assert.deepEqual(outcome({ ready: 0, publishRate: 6, ackRate: 1 }).state.service, learned.service);
  });

  it("keeps all through an outage", () => {
    const { proposal, state } = outcome({}, { values: { queue: null } });
    assert.deepEqual([proposal.replicas, state], [null, learned]);
  });

  it("cannot say without the number of messages that wait", () => {
    const { replicas, detail } = outcome({ publishRate: 8 }).proposal;
    assert.deepEqual([replicas, detail], [null, "queue does not tell how many messages are ready"]);
  });

  it("keeps no more busy replicas than there are", () => {
    const queue = { ready: 0, unacknowledged: 9, publishRate: 0 };
    const values = { queue: { value: 9, observedAt: 1000, queue } };
    const { replicas, reason } = proposeDrain(rule, contextOf({ current: 2, ready: 3, values })).proposal;
    assert.deepEqual([replicas, reason], [2, "ReplicasBusy"]);
  });

  it("projects over the delay that it has learned", () => {
    const at = (delaySeconds: number): string => {
      const state = {
        ...seedState(900, 4, 4),
        readiness: { starts: [], readyReplicas: 4, delaySeconds },
      };
      const queue = { ready: 100, publishRate: 20 };
      const values = { queue: { value: 100, observedAt: 1000, queue } };
      return proposeDrain(rule, contextOf({ values }, state)).proposal.detail;
    };
    assert.match(at(5), /in 5 s 160 to drain within 25 s: 14/);
    assert.match(at(20), /in 20 s 340 to drain within 10 s: 27/);
  });
});
