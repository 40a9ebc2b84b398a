import assert from "node:assert/strict";
import { decide } from "../../../../autoscaler/src/core/decide.ts";
import type { Hold, Snapshot, TargetSpec } from "../../../../autoscaler/src/core/model.ts";
import { snapshotOf, specOf } from "../builders.ts";

interface Case {
  readonly name: string;
  readonly current: number;
  readonly queue: number;
  readonly snapshot?: Partial<Snapshot>;
  readonly spec?: Partial<TargetSpec>;
  readonly cpu?: number | null;
  /** Desired count and what limited it. */
  readonly expect: [number, string | null];
}

const veto = { anyAbove: { cpu: 95 } };

const cases: readonly Case[] = [
  { name: "a full pause holds a rise", current: 4, queue: 800, snapshot: { paused: "both" }, expect: [4, "Paused"] },
  { name: "a full pause holds a fall", current: 4, queue: 100, snapshot: { paused: "both" }, expect: [4, "Paused"] },
  { name: "a pause up lets the count fall", current: 4, queue: 100, snapshot: { paused: "up" }, expect: [1, null] },
  { name: "a pause down lets the count rise", current: 4, queue: 800, snapshot: { paused: "down" }, expect: [8, null] },
  {
    name: "a pause holds against the bounds",
    current: 200,
    queue: 0,
    snapshot: { paused: "down" },
    expect: [200, "Paused"],
  },
  {
    name: "a pause up lets maxReplicas bind",
    current: 200,
    queue: 0,
    snapshot: { paused: "up" },
    expect: [100, "TooManyReplicas"],
  },
  {
    name: "another autoscaler holds both ways",
    current: 4,
    queue: 800,
    snapshot: { competitors: ["HPA a"] },
    expect: [4, "CompetingAutoscaler"],
  },
  {
    name: "another autoscaler does not lift the bounds",
    current: 200,
    queue: 0,
    snapshot: { competitors: ["HPA a"] },
    expect: [100, "TooManyReplicas"],
  },
  {
    name: "another autoscaler is welcome where the target is only observed",
    ...{ current: 4, queue: 800, snapshot: { competitors: ["HPA a"] }, spec: { mode: "observe" }, expect: [8, null] },
  },
  { name: "a veto holds a rise", current: 4, queue: 800, cpu: 96, spec: { veto }, expect: [4, "Vetoed"] },
  { name: "a veto lets the count fall", current: 4, queue: 100, cpu: 96, spec: { veto }, expect: [1, null] },
  { name: "a veto needs more than its mark", current: 4, queue: 800, cpu: 95, spec: { veto }, expect: [8, null] },
  {
    name: "a veto's metric that is missing forbids no rise",
    current: 4,
    queue: 800,
    cpu: null,
    spec: { veto },
    expect: [8, null],
  },
  {
    name: "a pause is told before a veto",
    ...{ current: 4, queue: 800, cpu: 96, spec: { veto }, snapshot: { paused: "up" }, expect: [4, "Paused"] },
  },
];

describe("a hold", () => {
  for (const { name, current, queue, snapshot, spec, cpu = 0, expect } of cases) {
    it(name, () => {
      const seen = { ...snapshotOf({ current, values: { queue, cpu } }), ...snapshot };
      const { decision } = decide(specOf(spec), null, seen);
      assert.deepEqual([decision.desiredReplicas, decision.limitedBy], expect);
    });
  }

  it("is told also where nothing wants to move", () => {
    const seen: Snapshot = { ...snapshotOf({ values: { queue: 400 } }), paused: "up", competitors: ["HPA a", "HPA b"] };
    const { decision } = decide(specOf(), null, seen);
    assert.equal(decision.limitedBy, null);
    assert.deepEqual(decision.holds, [
      { reason: "Paused", forbids: "up", detail: "scaling up is paused by the workload's annotation" },
      {
        reason: "CompetingAutoscaler",
        forbids: "both",
        detail: "HPA a, HPA b scales this workload as well: remove one of the two",
      },
    ] satisfies Hold[]);
  });

  it("leaves the recommendation as it was, for windows and readers", () => {
    const { decision, nextState } = decide(specOf(), null, {
      ...snapshotOf({ values: { queue: 800 } }),
      paused: "both",
    });
    assert.equal(decision.recommendedReplicas, 8);
    assert.equal(nextState.recommendations.at(-1)?.replicas, 8);
    assert.deepEqual(nextState.scaleUpEvents, []);
  });
});
