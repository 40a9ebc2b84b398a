import assert from "node:assert/strict";
import {
  busyReplicas,
  learnService,
  serviceRate,
  type ServiceSample,
} from "../../../../../autoscaler/src/core/drain/serviceRate.ts";
import type { ServiceState, Work } from "../../../../../autoscaler/src/core/state.ts";

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

describe("the service rate, with a configured one of 3 a second,", () => {
  const learned = (saturated: number, any: number): ServiceState => ({
    at: 0,
    busy: [],
    saturated: { acked: saturated, busySeconds: 10 },
    any: { acked: any, busySeconds: 20 },
  });
  const cases: { name: string; state: ServiceState | undefined; rate: number }[] = [
    { name: "is that before anything was seen", state: undefined, rate: 3 },
    { name: "is that while replicas were never full", state: learned(0, 100), rate: 3 },
    { name: "is what full replicas were seen to finish", state: learned(20, 100), rate: 2 },
  ];
  for (const { name, state, rate } of cases) {
    it(name, () => {
      assert.equal(serviceRate(state, 3), rate);
    });
  }
});
