import assert from "node:assert/strict";
import type { DrainRule, ThresholdRule } from "../../../../autoscaler/src/core/model.ts";
import { evaluateRules } from "../../../../autoscaler/src/core/rules/evaluate.ts";
import { backlogRule, contextOf, specOf, tolerance, waitRule } from "../builders.ts";

const marksOf = (name: string, metric: string): ThresholdRule => ({
  kind: "threshold",
  name,
  scaleUp: { anyAbove: { [metric]: 80 }, step: { pods: 1 } },
  scaleDown: { allBelow: { [metric]: 30 }, forSeconds: 300, step: { pods: 1 } },
});

const waitOf = (name: string, metric: string): DrainRule => ({ ...waitRule, name, metric });

const twoQueues = {
  queue: { value: 0, observedAt: 1000, queue: { ready: 0, publishRate: 3 } },
  other: { value: 0, observedAt: 1000, queue: { ready: 0, publishRate: 50 } },
};

describe("the rules of a target", () => {
  it("speak in the order of the configuration, each by its kind", () => {
    const spec = specOf({
      metrics: { ...specOf().metrics, other: { scope: "total", maxAgeSeconds: 30 } },
      rules: [
        backlogRule,
        { kind: "utilization", name: "cpu", metric: "cpu", target: 70, tolerance },
        marksOf("marks", "memory"),
        waitOf("wait", "other"),
      ],
    });
    const { proposals } = evaluateRules(
      contextOf({ values: { queue: 900, cpu: 140, memory: 90, other: twoQueues.other } }, undefined, spec),
    );
    assert.deepEqual(
      proposals.map(({ rule, replicas }) => [rule, replicas]),
      [
        ["backlog", 9],
        ["cpu", 8],
        ["marks", 5],
        ["wait", 12],
      ],
    );
  });

  it("keep their timers apart", () => {
    const spec = specOf({ rules: [marksOf("one", "cpu"), marksOf("two", "memory")] });
    const { thresholds, timers } = evaluateRules(contextOf({}, undefined, spec));
    assert.deepEqual(thresholds, { one: { cpu: 1000 }, two: { memory: 1000 } });
    assert.deepEqual(timers, [
      { name: "one: cpu below its mark", secondsLeft: 300 },
      { name: "two: memory below its mark", secondsLeft: 300 },
    ]);
  });

  it("keep what they learn of each queue apart", () => {
    const spec = specOf({
      metrics: { queue: { scope: "total", maxAgeSeconds: 30 }, other: { scope: "total", maxAgeSeconds: 30 } },
      rules: [waitOf("one", "queue"), waitOf("two", "other")],
    });
    const { drains } = evaluateRules(contextOf({ values: twoQueues }, undefined, spec));
    assert.deepEqual(
      Object.entries(drains).map(([rule, { arrivals }]) => [rule, arrivals]),
      [
        ["one", [{ at: 1000, rate: 3 }]],
        ["two", [{ at: 1000, rate: 50 }]],
      ],
    );
  });
});
