import assert from "node:assert/strict";
import type { PerReplicaRule, ThresholdRule } from "../../../../autoscaler/src/core/model.ts";
import { proposePerReplica } from "../../../../autoscaler/src/core/rules/perReplica.ts";
import { proposeThreshold, stepDown, stepUp } from "../../../../autoscaler/src/core/rules/threshold.ts";
import { proposeUtilization } from "../../../../autoscaler/src/core/rules/utilization.ts";
import { seedState, type State } from "../../../../autoscaler/src/core/state.ts";
import { contextOf, tolerance, type Scene } from "../builders.ts";

describe("perReplica", () => {
  const rule: PerReplicaRule = { kind: "perReplica", name: "r", metric: "queue", target: 2150, tolerance };
  const cases: { name: string; depth: number; current: number; expect: number }[] = [
    { name: "divides the total by the target", depth: 8600, current: 3, expect: 4 },
    { name: "keeps what is within tolerance of what the count carries", depth: 6900, current: 3, expect: 3 },
    { name: "does not depend on ready pods", depth: 8600, current: 1, expect: 4 },
    { name: "goes to zero with an empty queue", depth: 0, current: 3, expect: 0 },
    { name: "starts from zero", depth: 1, current: 0, expect: 1 },
    { name: "stays at zero with nothing to do", depth: 0, current: 0, expect: 0 },
  ];
  for (const { name, depth, current, expect } of cases) {
    it(name, () => {
      assert.equal(proposePerReplica(rule, contextOf({ current, values: { queue: depth } })).replicas, expect);
    });
  }

  it("sizes a per-pod average by the pods that measure it", () => {
    const perPod = { ...rule, metric: "requestRate", target: 1000 };
    const measurement = { value: 1500, observedAt: 1000, pods: { measured: 4, unready: 0, missing: 0 } };
    assert.equal(proposePerReplica(perPod, contextOf({ values: { requestRate: measurement } })).replicas, 6);
  });

  it("cannot say while its metric is missing", () => {
    const { replicas, reason, detail } = proposePerReplica(rule, contextOf({ values: { queue: null } }));
    assert.deepEqual([replicas, reason, detail], [null, "MetricUnknown", "queue is missing: down"]);
  });
});

describe("utilization", () => {
  const rule = { kind: "utilization", name: "r", metric: "cpu", target: 70, tolerance } as const;

  it("counts pods that are not ready as idle on the way up", () => {
    const all = proposeUtilization(rule, contextOf({ current: 4, ready: 4, values: { cpu: 100 } })).replicas;
    const half = proposeUtilization(rule, contextOf({ current: 4, ready: 2, values: { cpu: 100 } })).replicas;
    assert.deepEqual([all, half], [6, 4]);
  });

  it("cannot say when no pod is measured", () => {
    assert.equal(proposeUtilization(rule, contextOf({ current: 4, ready: 0, values: { cpu: 90 } })).replicas, null);
  });
});

describe("threshold", () => {
  const rule: ThresholdRule = {
    kind: "threshold",
    name: "marks",
    scaleUp: {
      anyAbove: { cpu: 80, memory: 85, requestRate: 1000, queue: 10_000 },
      step: { percent: 100, pods: 2 },
    },
    scaleDown: { allBelow: { cpu: 30, memory: 40, requestRate: 200 }, forSeconds: 300, step: { percent: 50 } },
  };
  const below = (since: Record<string, number>): State => ({ ...seedState(0, 8, 8), thresholds: { marks: since } });
  const allSince = (at: number): State => below({ cpu: at, memory: at, requestRate: at });

  const cases: { name: string; scene: Scene; state?: State; expect: [number | null, string] }[] = [
    { name: "up by one metric above its mark", scene: { values: { cpu: 81 } }, expect: [16, "AboveMark"] },
    { name: "not at the mark itself", scene: { values: { cpu: 80 } }, expect: [8, "BetweenMarks"] },
    {
      name: "not below at the mark itself",
      scene: { values: { cpu: 30 } },
      state: allSince(0),
      expect: [8, "BetweenMarks"],
    },
    {
      name: "cannot say without a metric that only the way up needs",
      scene: { values: { queue: null } },
      state: allSince(0),
      expect: [null, "MetricUnknown"],
    },
    { name: "up by the queue alone", scene: { values: { queue: 10_001 } }, expect: [16, "AboveMark"] },
    {
      name: "up though another metric is missing",
      scene: { values: { cpu: 90, memory: null } },
      expect: [16, "AboveMark"],
    },
    { name: "cannot say with a metric missing", scene: { values: { memory: null } }, expect: [null, "MetricUnknown"] },
    { name: "holds between the marks", scene: { values: { cpu: 50 } }, expect: [8, "BetweenMarks"] },
    { name: "waits at first", scene: {}, expect: [8, "WaitingBelowMarks"] },
    { name: "waits a second before the time is up", scene: {}, state: allSince(701), expect: [8, "WaitingBelowMarks"] },
    { name: "down when the time is up", scene: {}, state: allSince(700), expect: [4, "BelowMarks"] },
    {
      name: "waits for the metric that fell last",
      scene: {},
      state: below({ cpu: 0, memory: 0, requestRate: 900 }),
      expect: [8, "WaitingBelowMarks"],
    },
    {
      name: "holds when one metric has risen again",
      scene: { values: { cpu: 31 } },
      state: allSince(0),
      expect: [8, "BetweenMarks"],
    },
  ];
  for (const { name, scene, state, expect } of cases) {
    it(name, () => {
      const { proposal } = proposeThreshold(rule, contextOf({ current: 8, ...scene }, state));
      assert.deepEqual([proposal.replicas, proposal.reason], expect);
    });
  }

  it("keeps one timer a metric and tells what is left", () => {
    const { timers, belowSince } = proposeThreshold(rule, contextOf({ values: { memory: 60 } }, allSince(800)));
    assert.deepEqual(belowSince, { cpu: 800, requestRate: 800 });
    assert.deepEqual(
      timers.map(({ secondsLeft }) => secondsLeft),
      [100, 100],
    );
  });

  it("ends the timer of a metric that is not known", () => {
    assert.deepEqual(
      Object.keys(proposeThreshold(rule, contextOf({ values: { cpu: null } }, allSince(800))).belowSince),
      ["memory", "requestRate"],
    );
  });

  it("starts no timer by a part of a value", () => {
    const part = { value: 0, observedAt: 1000, partial: "one of two brokers" };
    const { proposal, belowSince } = proposeThreshold(rule, contextOf({ values: { cpu: part } }, allSince(0)));
    assert.deepEqual([proposal.reason, proposal.detail], ["MetricUnknown", "cpu is partial: one of two brokers"]);
    assert.deepEqual(Object.keys(belowSince), ["memory", "requestRate"]);
  });

  it("rises by a part of a value that is above the mark already", () => {
    const part = { value: 10_001, observedAt: 1000, partial: "one of two brokers" };
    const { proposal } = proposeThreshold(rule, contextOf({ current: 8, values: { queue: part } }));
    assert.deepEqual([proposal.replicas, proposal.detail], [16, "queue 10001 is above 10000"]);
  });

  it("cannot say without a metric that only the way down needs", () => {
    const onlyDown = { ...rule, scaleUp: { ...rule.scaleUp, anyAbove: { cpu: 80 } } };
    const { proposal } = proposeThreshold(onlyDown, contextOf({ values: { memory: null } }, allSince(0)));
    assert.deepEqual([proposal.replicas, proposal.detail], [null, "memory is missing: down"]);
  });

  it("names all metrics above their marks", () => {
    const { proposal } = proposeThreshold(rule, contextOf({ values: { cpu: 90, requestRate: 1500 } }));
    assert.equal(proposal.detail, "cpu 90 is above 80, requestRate 1500 is above 1000");
  });

  it("does not let a clock that was set back leave a timer in the future", () => {
    assert.deepEqual(proposeThreshold(rule, contextOf({ now: 500 }, allSince(800))).belowSince["cpu"], 500);
  });

  it("never goes down without a scale-down mark", () => {
    const without = { ...rule, scaleDown: { ...rule.scaleDown, allBelow: {}, forSeconds: 0 } };
    assert.equal(proposeThreshold(without, contextOf({ current: 8 })).proposal.replicas, 8);
  });

  it("steps by the larger change", () => {
    const step = { percent: 50, pods: 3 };
    assert.deepEqual([stepUp(2, step), stepUp(10, step), stepUp(0, step)], [5, 15, 3]);
    assert.deepEqual(
      [stepUp(100, { percent: 10 }), stepUp(101, { percent: 10 }), stepUp(0, { percent: 50 })],
      [110, 112, 1],
    );
    assert.deepEqual(
      [stepDown(10, step), stepDown(4, step), stepDown(2, step), stepDown(5, { percent: 50 })],
      [5, 1, 0, 2],
    );
  });
});
