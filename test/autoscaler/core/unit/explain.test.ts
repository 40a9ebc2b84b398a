import assert from "node:assert/strict";
import { explain } from "../../../../autoscaler/src/core/explain.ts";
import type { Decision, Proposal } from "../../../../autoscaler/src/core/model.ts";

const quiet: Decision = {
  currentReplicas: 4,
  readyReplicas: 4,
  recommendedReplicas: 4,
  stabilisedReplicas: 4,
  desiredReplicas: 4,
  direction: "none",
  proposals: [],
  reasons: [],
  limitedBy: null,
  holds: [],
  bounds: { minReplicas: 1, maxReplicas: 100 },
  signals: {},
  timers: [],
};
const drain: Proposal = { rule: "wait", replicas: 12, reason: "DrainBacklog", detail: "1150 messages wait 30 s" };
const marks: Proposal = { rule: "marks", replicas: 4, reason: "BetweenMarks", detail: "" };
const blind: Proposal = { rule: "cpu", replicas: null, reason: "MetricUnknown", detail: "cpu: HTTP 503" };

describe("explain", () => {
  const cases: readonly { name: string; decision: Partial<Decision>; sentence: string }[] = [
    {
      name: "a raise that the policies cut names the rule that won and the limit",
      decision: {
        desiredReplicas: 8,
        recommendedReplicas: 12,
        direction: "up",
        proposals: [marks, drain],
        limitedBy: "ScaleUpLimit",
      },
      sentence:
        "worker 4 → 8 (wait asks for 12: 1150 messages wait 30 s; ScaleUpLimit: the scale-up policies allow no more for now)",
    },
    {
      name: "a proposal without detail is told by its reason",
      decision: { proposals: [marks] },
      sentence:
        "worker stays at 4 (marks asks for 4: no metric is above its scale-up mark, and not all are below their scale-down marks)",
    },
    {
      name: "a rule that cannot say is always named",
      decision: { proposals: [blind, marks], recommendedReplicas: null, limitedBy: "SignalNotFresh" },
      sentence:
        "worker stays at 4 (cpu cannot say: cpu: HTTP 503; SignalNotFresh: a metric is not fresh, so the count may not fall)",
    },
    {
      name: "nothing limited: no word about limits",
      decision: {
        desiredReplicas: 12,
        recommendedReplicas: 12,
        direction: "up",
        proposals: [drain],
        limitedBy: "DesiredWithinRange",
      },
      sentence: "worker 4 → 12 (wait asks for 12: 1150 messages wait 30 s)",
    },
    { name: "no proposal and no limit: the change alone", decision: {}, sentence: "worker stays at 4" },
  ];
  for (const { name, decision, sentence } of cases) {
    it(name, () => {
      assert.equal(explain("worker", { ...quiet, ...decision }), sentence);
    });
  }
});
