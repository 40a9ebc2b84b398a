import assert from "node:assert/strict";
import { decide } from "../../../../autoscaler/src/core/decide.ts";
import type { ScalingRules, TargetSpec, ThresholdRule } from "../../../../autoscaler/src/core/model.ts";
import { limit } from "../../../../autoscaler/src/core/limit.ts";
import { recommend } from "../../../../autoscaler/src/core/recommend.ts";
import { seedState, type Start, type State } from "../../../../autoscaler/src/core/state.ts";
import { snapshotOf, specOf, type Scene } from "../builders.ts";

const window = (seconds: number): TargetSpec => {
  const { behavior } = specOf();
  return specOf({
    behavior: { ...behavior, scaleDown: { ...behavior.scaleDown, stabilizationWindowSeconds: seconds } },
  });
};

/** A target of that many replicas, all ready, at the tick before. */
const seen = (replicas: number): State => {
  const state = seedState(998, replicas, replicas);
  return { ...state, readiness: { ...state.readiness, at: 998 } };
};

describe("a decision", () => {
  const cases: { name: string; scene: Scene; spec?: TargetSpec; expect: [number, string | null, string[]] }[] = [
    { name: "rises to the highest proposal", scene: { values: { queue: 900 } }, expect: [9, null, ["AboveTarget"]] },
    { name: "falls when all is fresh", scene: { values: { queue: 200 } }, expect: [2, null, ["BelowTarget"]] },
    {
      name: "holds while any metric is missing, even one that no rule needs",
      scene: { values: { queue: 200, memory: null } },
      expect: [4, "SignalNotFresh", ["SignalNotFresh"]],
    },
    {
      name: "rises while another metric is missing",
      scene: { values: { queue: 900, memory: null } },
      expect: [9, null, ["AboveTarget"]],
    },
    { name: "holds when no rule can say", scene: { values: { queue: null } }, expect: [4, null, ["NoProposal"]] },
    {
      name: "holds inside the scale-down window after a start",
      scene: { values: { queue: 200 } },
      spec: window(300),
      expect: [4, "ScaleDownStabilized", ["BelowTarget", "ScaleDownStabilized"]],
    },
    {
      name: "falls from the maximum as from any other count",
      scene: { current: 6, values: { queue: 200 } },
      spec: specOf({ maxReplicas: 6 }),
      expect: [2, null, ["BelowTarget"]],
    },
    {
      name: "rises from the minimum as from any other count",
      scene: { current: 3, values: { queue: 900 } },
      spec: specOf({ minReplicas: 3 }),
      expect: [9, null, ["AboveTarget"]],
    },
    {
      name: "says that it stays by its metric, not by another that is missing",
      scene: { values: { queue: 400, memory: null } },
      expect: [4, null, ["WithinTolerance"]],
    },
    {
      name: "stops at maxReplicas",
      scene: { values: { queue: 900 } },
      spec: specOf({ maxReplicas: 6 }),
      expect: [6, "TooManyReplicas", ["AboveTarget", "TooManyReplicas"]],
    },
    {
      name: "stops at minReplicas",
      scene: { values: { queue: 0 } },
      spec: specOf({ minReplicas: 3 }),
      expect: [3, "TooFewReplicas", ["BelowTarget", "TooFewReplicas"]],
    },
    {
      name: "goes down to the maximum at once, also with nothing known",
      scene: { current: 20, values: { queue: null, cpu: null } },
      spec: specOf({ maxReplicas: 6 }),
      expect: [6, "TooManyReplicas", ["TooManyReplicas"]],
    },
    {
      name: "goes up to the minimum from zero",
      scene: { current: 0, values: { queue: 0 } },
      spec: specOf({ minReplicas: 3 }),
      expect: [3, "TooFewReplicas", ["TooFewReplicas"]],
    },
  ];
  for (const { name, scene, spec, expect } of cases) {
    it(name, () => {
      const { decision } = decide(spec ?? specOf(), null, snapshotOf(scene));
      assert.deepEqual([decision.desiredReplicas, decision.limitedBy, decision.reasons], expect);
    });
  }

  it("remembers what it asked for, not what it was allowed", () => {
    const { nextState } = decide(window(300), null, snapshotOf({ values: { queue: 200 } }));
    assert.deepEqual(nextState.recommendations, [
      { at: 1000, replicas: 4 },
      { at: 1000, replicas: 2 },
    ]);
  });

  it("names the policy where window and policy both hold", () => {
    const { behavior } = window(300);
    const policies = [{ type: "Pods", value: 2, periodSeconds: 60 }] as const;
    const spec = specOf({ behavior: { ...behavior, scaleDown: { ...behavior.scaleDown, policies } } });
    const { decision } = decide(spec, seedState(900, 4, 4), snapshotOf({ current: 10, values: { queue: 100 } }));
    assert.deepEqual(
      [decision.recommendedReplicas, decision.stabilisedReplicas, decision.desiredReplicas, decision.limitedBy],
      [1, 4, 8, "ScaleDownLimit"],
    );
    assert.deepEqual(decision.reasons, ["BelowTarget", "ScaleDownStabilized", "ScaleDownLimit"]);
  });

  it("remembers nothing of a decision that a bound took alone", () => {
    const state = seedState(900, 4, 4);
    const { decision, nextState } = decide(specOf({ maxReplicas: 6 }), state, snapshotOf({ current: 20 }));
    assert.equal(decision.recommendedReplicas, null);
    assert.deepEqual(nextState.recommendations, state.recommendations);
    assert.deepEqual(nextState.scaleDownEvents, [{ at: 1000, change: 14 }]);
  });

  it("keeps the timers on the way up", () => {
    const marks: ThresholdRule = {
      kind: "threshold",
      name: "marks",
      scaleUp: { anyAbove: { cpu: 80 }, step: { pods: 2 } },
      scaleDown: { allBelow: { cpu: 30, memory: 40 }, forSeconds: 300, step: { percent: 50 } },
    };
    const state = { ...seedState(0, 4, 4), thresholds: { marks: { cpu: 900, memory: 900 } } };
    const { decision, nextState } = decide(specOf({ rules: [marks] }), state, snapshotOf({ values: { cpu: 90 } }));
    assert.equal(decision.direction, "up");
    assert.deepEqual(nextState.thresholds, { marks: { memory: 900 } });
    assert.deepEqual(decision.timers, [{ name: "marks: memory below its mark", secondsLeft: 200 }]);
  });

  it("counts a new start behind those that are not ready yet", () => {
    const readiness = { starts: [{ at: 990, replicas: 2 }], readyReplicas: 4 };
    const { nextState } = decide(
      specOf(),
      { ...seedState(900, 6, 4), readiness },
      snapshotOf({ current: 6, ready: 4, values: { queue: 900 } }),
    );
    assert.deepEqual(nextState.readiness.starts, [
      { at: 990, replicas: 2 },
      { at: 1000, replicas: 3 },
    ]);
  });

  it("learns from each decision how long a start takes", () => {
    const readiness = { starts: [{ at: 988, replicas: 2 }], readyReplicas: 4, at: 998 };
    const state = { ...seedState(900, 6, 4), readiness };
    const { nextState } = decide(specOf(), state, snapshotOf({ current: 6, values: { queue: 600 } }));
    assert.deepEqual(nextState.readiness, {
      starts: [],
      readyReplicas: 6,
      delaySeconds: 12,
      learned: 1,
      at: 1000,
    });
  });

  const unordered: {
    name: string;
    state: State | null;
    current: number;
    spec?: Partial<TargetSpec>;
    starts: Start[];
  }[] = [
    {
      name: "takes what is not ready at first sight for a start that may be older",
      state: null,
      current: 6,
      starts: [{ at: 1000, replicas: 2, unseen: true }],
    },
    {
      name: "counts somebody else's order as a start",
      state: seen(4),
      current: 6,
      starts: [{ at: 1000, replicas: 2 }],
    },
    {
      name: "counts somebody else's order as a start while it only observes",
      state: seen(4),
      current: 6,
      spec: { mode: "observe" },
      starts: [{ at: 1000, replicas: 2 }],
    },
    {
      name: "counts a write whose answer was lost once, from the attempt on",
      state: { ...seen(4), ownership: { replicas: 4, attempt: { at: 997, replicas: 6 } } },
      current: 6,
      starts: [{ at: 997, replicas: 2 }],
    },
  ];
  for (const { name, state, current, spec, starts } of unordered) {
    it(name, () => {
      const snapshot = snapshotOf({ current, ready: 4, values: { queue: 600 } });
      assert.deepEqual(decide(specOf(spec), state, snapshot).stateIfRefused.readiness.starts, starts);
    });
  }

  it("counts an own order once, when it is written", () => {
    const first = decide(specOf(), seen(4), snapshotOf({ values: { queue: 600 } }));
    const second = decide(
      specOf(),
      first.nextState,
      snapshotOf({ now: 1002, current: 6, ready: 4, values: { queue: 600 } }),
    );
    assert.deepEqual(second.nextState.readiness.starts, [{ at: 1000, replicas: 2 }]);
  });

  it("counts a change as a scale event and as a start", () => {
    const { nextState } = decide(specOf(), null, snapshotOf({ values: { queue: 900 } }));
    assert.deepEqual(nextState.scaleUpEvents, [{ at: 1000, change: 5 }]);
    assert.deepEqual(nextState.readiness.starts, [{ at: 1000, replicas: 5 }]);
  });

  it("starts the threshold timers again after a step down", () => {
    const state = { ...seedState(0, 4, 4), thresholds: { marks: { cpu: 0 } } };
    assert.deepEqual(decide(specOf(), state, snapshotOf({ values: { queue: 200 } })).nextState.thresholds, {});
  });

  it("tells how long the scale-down window still holds", () => {
    const state = seedState(900, 4, 4);
    const { decision } = decide(window(300), state, snapshotOf({ values: { queue: 200 } }));
    assert.deepEqual(decision.timers, [{ name: "scale-down window", secondsLeft: 200 }]);
  });
});

describe("the recommendation", () => {
  const proposal = (replicas: number | null) => ({ rule: "r", replicas, reason: "BelowTarget", detail: "" }) as const;

  it("is the highest proposal", () => {
    assert.equal(recommend([proposal(3), proposal(7), proposal(5)], {}, 9).replicas, 7);
  });

  it("names each reason of the winners once", () => {
    const above = { ...proposal(7), reason: "AboveMark" } as const;
    const { reasons } = recommend([proposal(7), above, proposal(7), { ...above, replicas: 5 }], {}, 9);
    assert.deepEqual(reasons, ["BelowTarget", "AboveMark"]);
  });

  it("is the present count without a proposal", () => {
    assert.deepEqual(recommend([proposal(null)], {}, 9), { replicas: 9, reasons: ["NoProposal"] });
    assert.deepEqual(recommend([], {}, 9), { replicas: 9, reasons: ["NoProposal"] });
  });

  it("may rise while a rule cannot say", () => {
    assert.deepEqual(recommend([proposal(12), proposal(null)], {}, 9).replicas, 12);
  });

  it("never falls while a rule cannot say", () => {
    assert.deepEqual(recommend([proposal(3), proposal(null)], {}, 9), { replicas: 9, reasons: ["SignalNotFresh"] });
  });
});

describe("the select policy", () => {
  const policies = [
    { type: "Pods", value: 2, periodSeconds: 60 },
    { type: "Percent", value: 50, periodSeconds: 60 },
  ] as const;
  const rules = (selectPolicy: ScalingRules["selectPolicy"]): ScalingRules => ({
    stabilizationWindowSeconds: 0,
    selectPolicy,
    policies,
  });
  const cases = [
    { policy: "Max", up: 15, down: 5 },
    { policy: "Min", up: 12, down: 8 },
    { policy: "Disabled", up: 10, down: 10 },
  ] as const;
  for (const { policy, up, down } of cases) {
    it(`${policy} allows ${up} on the way up and ${down} on the way down`, () => {
      const spec = specOf({ behavior: { scaleUp: rules(policy), scaleDown: rules(policy) } });
      const none = { scaleUpEvents: [], scaleDownEvents: [] };
      const allowed = [50, 1].map((desired) => limit(desired, { current: 10, now: 0 }, none, spec).replicas);
      assert.deepEqual(allowed, [up, down]);
    });
  }
});
