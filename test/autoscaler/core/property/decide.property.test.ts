import assert from "node:assert/strict";
import fc from "fast-check";
import { decide } from "../../../../autoscaler/src/core/decide.ts";
import type { Decision, TargetSpec } from "../../../../autoscaler/src/core/model.ts";
import { whyNotFresh } from "../../../../autoscaler/src/core/signal.ts";
import type { State } from "../../../../autoscaler/src/core/state.ts";
import { snapshotAt, steps, targetSpec, type Step } from "./arbitraries.ts";

const numRuns = 100_000;

/** Runs a history and checks every decision of it. */
function eachDecision(spec: TargetSpec, history: readonly Step[], check: (decision: Decision) => void): void {
  let state: State | null = null;
  let now = 1000;
  let current = 5;
  for (const step of history) {
    now += step.after;
    const { decision, nextState }: ReturnType<typeof decide> = decide(
      spec,
      state,
      snapshotAt(step, now, step.count ?? current),
    );
    check(decision);
    state = nextState;
    current = decision.desiredReplicas;
  }
}

const withinBounds = (spec: TargetSpec, { currentReplicas }: Decision): boolean =>
  currentReplicas >= spec.minReplicas && currentReplicas <= spec.maxReplicas;

const unknown = ({ signals, proposals }: Decision): boolean =>
  Object.values(signals).some((signal) => whyNotFresh(signal) !== undefined) ||
  proposals.some(({ replicas }) => replicas === null);

const highest = ({ proposals }: Decision): number => Math.max(-1, ...proposals.map(({ replicas }) => replicas ?? -1));

function holds(check: (decision: Decision, spec: TargetSpec) => void): void {
  fc.assert(
    fc.property(targetSpec, steps, (spec, history) => {
      eachDecision(spec, history, (decision) => {
        check(decision, spec);
      });
    }),
    { numRuns },
  );
}

describe("over any history", function () {
  this.timeout(600_000);

  it("the count stays within min and max", () => {
    holds(({ desiredReplicas }, spec) => {
      assert.ok(desiredReplicas >= spec.minReplicas && desiredReplicas <= spec.maxReplicas);
    });
  });

  it("a signal that is not fresh never lowers the count", () => {
    holds((decision, spec) => {
      if (unknown(decision) && withinBounds(spec, decision)) assert.notEqual(decision.direction, "down");
    });
  });

  it("nothing rises without a proposal above the count", () => {
    holds((decision, spec) => {
      if (highest(decision) <= decision.currentReplicas && withinBounds(spec, decision))
        assert.notEqual(decision.direction, "up");
    });
  });

  it("nothing falls below the highest proposal", () => {
    holds((decision, spec) => {
      if (decision.direction === "down" && withinBounds(spec, decision))
        assert.ok(decision.desiredReplicas >= highest(decision));
    });
  });

  it("the same input gives the same output, also after the state went through JSON", () => {
    fc.assert(
      fc.property(targetSpec, steps, (spec, history) => {
        let state: State | null = null;
        let now = 1000;
        let current = 5;
        for (const step of history) {
          now += step.after;
          const snapshot = snapshotAt(step, now, step.count ?? current);
          const one: ReturnType<typeof decide> = decide(spec, state, snapshot);
          const other = decide(spec, JSON.parse(JSON.stringify(state)) as State | null, snapshot);
          assert.deepEqual(other, one);
          assert.deepEqual(JSON.parse(JSON.stringify(one.nextState)), one.nextState);
          state = one.nextState;
          current = one.decision.desiredReplicas;
        }
      }),
      { numRuns },
    );
  });
});
