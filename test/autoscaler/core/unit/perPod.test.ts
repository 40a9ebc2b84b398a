import assert from "node:assert/strict";
import type { PerReplicaRule, PodCounts, UtilizationRule } from "../../../../autoscaler/src/core/model.ts";
import { proposePerReplica } from "../../../../autoscaler/src/core/rules/perReplica.ts";
import { proposeUtilization } from "../../../../autoscaler/src/core/rules/utilization.ts";
import { contextOf, tolerance } from "../builders.ts";

type Counts = [measured: number, unready: number, missing: number];

interface Case {
  readonly name: string;
  readonly value: number;
  readonly target: number;
  readonly pods?: Counts;
  readonly current?: number;
  readonly ready?: number;
  readonly expect: [number | null, string];
}

const counted = (pods: Counts | undefined): { pods?: PodCounts } =>
  pods === undefined ? {} : { pods: { measured: pods[0], unready: pods[1], missing: pods[2] } };

/** The context of one case, with its reading under `metric`. */
function contextFor({ value, pods, current = 4, ready }: Case, metric: string): ReturnType<typeof contextOf> {
  const measurement = { value, observedAt: 1000, ...counted(pods) };
  return contextOf({ current, ...(ready === undefined ? {} : { ready }), values: { [metric]: measurement } });
}

describe("perReplica of an average over pods", () => {
  const rule: PerReplicaRule = { kind: "perReplica", name: "r", metric: "requestRate", target: 0, tolerance };
  const cases: Case[] = [
    { name: "rises by the ratio", value: 1500, target: 1000, pods: [4, 0, 0], expect: [6, "AboveTarget"] },
    { name: "falls by the ratio", value: 500, target: 1000, pods: [4, 0, 0], expect: [2, "BelowTarget"] },
    { name: "stays within tolerance", value: 1090, target: 1000, pods: [4, 0, 0], expect: [4, "WithinTolerance"] },
    { name: "does not cut a fraction off", value: 1.2, target: 1, pods: [4, 0, 0], expect: [5, "AboveTarget"] },
    {
      name: "takes a silent pod to be at the target",
      value: 10,
      target: 50,
      pods: [3, 0, 1],
      expect: [2, "BelowTarget"],
    },
    {
      name: "believes the reading on its pods",
      value: 1500,
      target: 1000,
      pods: [2, 2, 0],
      expect: [4, "WithinTolerance"],
    },
    {
      name: "counts ready pods without such word",
      value: 1500,
      target: 1000,
      ready: 2,
      expect: [4, "WithinTolerance"],
    },
    {
      name: "cannot say without a measured pod",
      value: 9,
      target: 1,
      pods: [0, 4, 0],
      expect: [null, "MetricUnknown"],
    },
  ];
  for (const one of cases) {
    it(one.name, () => {
      const { replicas, reason } = proposePerReplica({ ...rule, target: one.target }, contextFor(one, "requestRate"));
      assert.deepEqual([replicas, reason], one.expect);
    });
  }

  it("treats a percentage as an average, not as a total", () => {
    const context = contextOf({ values: { cpu: 140 } });
    assert.equal(proposePerReplica({ ...rule, metric: "cpu", target: 70 }, context).replicas, 8);
  });

  it("tells its figures", () => {
    const context = contextOf({ values: { requestRate: 1499.96 } });
    const { detail } = proposePerReplica({ ...rule, target: 1000 }, context);
    assert.equal(detail, "requestRate 1500 a pod on 4 pods, target 1000: 6");
  });
});

describe("utilization of the request", () => {
  const rule: UtilizationRule = { kind: "utilization", name: "r", metric: "cpu", target: 0, tolerance };
  const cases: Case[] = [
    { name: "rises by the ratio", value: 140, target: 70, expect: [8, "AboveTarget"] },
    { name: "falls by the ratio", value: 35, target: 70, expect: [2, "BelowTarget"] },
    { name: "stays at the target", value: 70, target: 70, expect: [4, "WithinTolerance"] },
    {
      name: "cuts a fraction of a percent off",
      value: 110.9,
      target: 100,
      current: 10,
      expect: [10, "WithinTolerance"],
    },
    {
      name: "takes a silent pod to use its request",
      value: 10,
      target: 50,
      pods: [3, 0, 1],
      expect: [3, "BelowTarget"],
    },
    {
      name: "takes a silent pod to be at a target above the request",
      value: 50,
      target: 150,
      pods: [1, 0, 3],
      expect: [4, "WithinTolerance"],
    },
    {
      name: "rises past a silent pod taken to be idle",
      value: 100,
      target: 50,
      pods: [3, 0, 1],
      expect: [6, "AboveTarget"],
    },
    { name: "cannot say without a measured pod", value: 90, target: 70, ready: 0, expect: [null, "MetricUnknown"] },
  ];
  for (const one of cases) {
    it(one.name, () => {
      const { replicas, reason } = proposeUtilization({ ...rule, target: one.target }, contextFor(one, "cpu"));
      assert.deepEqual([replicas, reason], one.expect);
    });
  }

  it("tells its figures", () => {
    const { detail } = proposeUtilization({ ...rule, target: 70 }, contextOf({ values: { cpu: 91.26 } }));
    assert.equal(detail, "cpu 91.3 % on 4 pods, target 70 %: 6");
  });

  it("names why it cannot say", () => {
    const old = { value: 90, observedAt: 960 };
    const { detail } = proposeUtilization({ ...rule, target: 70 }, contextOf({ values: { cpu: old } }));
    assert.equal(detail, "cpu is stale: 40 s old");
  });
});
