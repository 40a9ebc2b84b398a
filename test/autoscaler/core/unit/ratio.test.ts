import assert from "node:assert/strict";
import { replicasByRatio, withinTolerance } from "../../../../autoscaler/src/core/rules/ratio.ts";
import { tolerance } from "../builders.ts";

interface Case {
  readonly name: string;
  readonly value: number;
  readonly target: number;
  readonly current: number;
  readonly pods: [measured: number, unready: number, missing: number];
  readonly expect: number;
}

// The situations of replica_calculator_test.go in the HPA, with its numbers where it has them.
const cases: Case[] = [
  { name: "above the target", value: 50, target: 30, current: 3, pods: [3, 0, 0], expect: 5 },
  { name: "below the target", value: 28, target: 50, current: 5, pods: [5, 0, 0], expect: 3 },
  { name: "within tolerance above", value: 109, target: 100, current: 3, pods: [3, 0, 0], expect: 3 },
  { name: "within tolerance below", value: 91, target: 100, current: 3, pods: [3, 0, 0], expect: 3 },
  { name: "unready pods count as idle on the way up", value: 40, target: 30, current: 3, pods: [2, 1, 0], expect: 3 },
  { name: "unready pods cannot turn up into down", value: 40, target: 30, current: 3, pods: [1, 2, 0], expect: 3 },
  { name: "unready pods do not count on the way down", value: 20, target: 50, current: 4, pods: [3, 1, 0], expect: 2 },
  {
    name: "a missing pod counts as idle on the way up",
    value: 100,
    target: 50,
    current: 4,
    pods: [3, 0, 1],
    expect: 6,
  },
  {
    name: "a missing pod counts as busy on the way down",
    value: 10,
    target: 50,
    current: 4,
    pods: [3, 0, 1],
    expect: 3,
  },
  { name: "a missing pod cannot turn down into up", value: 45, target: 60, current: 4, pods: [1, 0, 3], expect: 4 },
  {
    name: "unready pods change nothing at the target",
    value: 100,
    target: 100,
    current: 4,
    pods: [3, 1, 0],
    expect: 4,
  },
  {
    name: "missing pods change nothing at the target",
    value: 100,
    target: 100,
    current: 4,
    pods: [3, 0, 1],
    expect: 4,
  },
  {
    name: "idle unready pods may bring it within tolerance",
    value: 130,
    target: 100,
    current: 5,
    pods: [4, 1, 0],
    expect: 5,
  },
  {
    name: "more pods than replicas, as while they go, cannot turn down into up",
    value: 20,
    target: 60,
    current: 3,
    pods: [6, 0, 2],
    expect: 3,
  },
  {
    name: "fewer pods than replicas, as while they come, cannot turn up into down",
    value: 200,
    target: 100,
    current: 10,
    pods: [2, 1, 0],
    expect: 10,
  },
  { name: "unready and missing together, up", value: 200, target: 50, current: 4, pods: [2, 1, 1], expect: 8 },
];

describe("replicas by ratio", () => {
  for (const { name, value, target, current, pods, expect } of cases) {
    it(name, () => {
      const [measured, unready, missing] = pods;
      const replicas = replicasByRatio({
        value,
        target,
        tolerance,
        currentReplicas: current,
        pods: { measured, unready, missing },
        missingValue: Math.max(100, target),
        truncate: true,
      });
      assert.equal(replicas, expect);
    });
  }

  it("compares whole percents only where it is told to", () => {
    const input = { value: 110.9, target: 100, tolerance, currentReplicas: 10, missingValue: 100 };
    const pods = { measured: 10, unready: 0, missing: 0 };
    assert.equal(replicasByRatio({ ...input, pods, truncate: true }), 10);
    assert.equal(replicasByRatio({ ...input, pods, truncate: false }), 12);
  });

  it("has a dead band for each direction", () => {
    const wideBelow = { up: 0.1, down: 0.3 };
    const ratios = [0.69, 0.75, 1.05, 1.15];
    assert.deepEqual(
      ratios.map((ratio) => withinTolerance(ratio, wideBelow)),
      [false, true, true, false],
    );
  });

  it("takes both edges of the dead band as inside", () => {
    const edges = [0.9, 1, 1.1].map((ratio) => withinTolerance(ratio, tolerance));
    const outside = [0.89, 1.11].map((ratio) => withinTolerance(ratio, tolerance));
    assert.deepEqual(
      [edges, outside],
      [
        [true, true, true],
        [false, false],
      ],
    );
  });
});
