import assert from "node:assert/strict";
import fc from "fast-check";
import { decide } from "../../../../autoscaler/src/core/decide.ts";
import type { Decision, TargetSpec } from "../../../../autoscaler/src/core/model.ts";
import { whyNotFresh } from "../../../../autoscaler/src/core/signal.ts";
import type { ScaleEvent, State } from "../../../../autoscaler/src/core/state.ts";
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

  it("the count stays within min and max, unless a pause leaves it outside", () => {
    holds((decision, spec) => {
      const { desiredReplicas, currentReplicas, limitedBy } = decision;
      if (limitedBy === "Paused") assert.equal(desiredReplicas, currentReplicas);
      else assert.ok(desiredReplicas >= spec.minReplicas && desiredReplicas <= spec.maxReplicas);
    });
  });

  it("nothing moves in a direction that is held, but to a bound", () => {
    holds((decision, spec) => {
      const { direction, holds: held } = decision;
      const binding = withinBounds(spec, decision) ? held : held.filter(({ reason }) => reason === "Paused");
      for (const { forbids, reason } of binding)
        assert.ok(direction === "none" || (forbids !== "both" && forbids !== direction), `${direction}: ${reason}`);
    });
  });

  it("a count that somebody else wrote is left alone for its time, but for the bounds", () => {
    fc.assert(
      fc.property(targetSpec, steps, (spec, history) => {
        let expected: number | undefined;
        eachDecision(spec, history, (decision) => {
          const { currentReplicas, desiredReplicas } = decision;
          const foreign = expected !== undefined && currentReplicas !== expected;
          const left = spec.mode === "scale" && spec.foreignWriteHoldSeconds > 0 && withinBounds(spec, decision);
          if (foreign && left) assert.equal(desiredReplicas, currentReplicas);
          expected = desiredReplicas;
        });
      }),
      { numRuns: numRuns / 2 },
    );
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

  it("the state holds no time after now and no more than its windows and periods can count", () => {
    fc.assert(
      fc.property(targetSpec, steps, (spec, history) => {
        let state: State | null = null;
        let now = 1000;
        for (const step of history) {
          now += step.after;
          const { nextState }: ReturnType<typeof decide> = decide(spec, state, snapshotAt(step, now, step.count ?? 5));
          state = nextState;
          const { recommendations, scaleUpEvents, scaleDownEvents, readiness } = state;
          for (const { at } of [...recommendations, ...scaleUpEvents, ...scaleDownEvents, ...readiness.starts])
            assert.ok(at <= now && now - at < 600, `${at} at ${now}`);
          assert.ok((readiness.delaySeconds ?? 0) >= 0);
        }
      }),
      { numRuns },
    );
  });

  it("a refused write leaves a state without the change, and all else that was learned", () => {
    fc.assert(
      fc.property(targetSpec, steps, (spec, history) => {
        let state: State | null = null;
        let now = 1000;
        for (const step of history) {
          now += step.after;
          const outcome: ReturnType<typeof decide> = decide(spec, state, snapshotAt(step, now, step.count ?? 5));
          const { decision, nextState, stateIfRefused } = outcome;
          assert.deepEqual(stateIfRefused.recommendations, nextState.recommendations);
          assert.deepEqual(stateIfRefused.drains, nextState.drains);
          if (decision.direction === "none") assert.deepEqual(stateIfRefused, nextState);
          else {
            const events = [...stateIfRefused.scaleUpEvents, ...stateIfRefused.scaleDownEvents];
            const before: readonly ScaleEvent[] = [...(state?.scaleUpEvents ?? []), ...(state?.scaleDownEvents ?? [])];
            assert.equal(events.length, before.length);
          }
          state = nextState;
        }
      }),
      { numRuns: numRuns / 10 },
    );
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
