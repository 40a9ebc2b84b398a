import assert from "node:assert/strict";
import { decide } from "../../../../autoscaler/src/core/decide.ts";
import type { TargetSpec, ThresholdRule } from "../../../../autoscaler/src/core/model.ts";
import { seedState, type State } from "../../../../autoscaler/src/core/state.ts";
import { learningRule, snapshotOf, specOf, type Scene } from "../builders.ts";

const marks: ThresholdRule = {
  kind: "threshold",
  name: "marks",
  scaleUp: { anyAbove: { cpu: 80 }, step: { pods: 2 } },
  scaleDown: { allBelow: { cpu: 30 }, forSeconds: 300, step: { percent: 50 } },
};
const byMarks = specOf({ rules: [marks] });

interface Tick extends Scene {
  readonly refused?: boolean;
}

/** The counts decided over ticks, where a refused one leaves the count of 8. */
function countsOver(spec: TargetSpec, ticks: readonly Tick[]): number[] {
  let state: State | null = null;
  let current = 8;
  return ticks.map(({ refused = false, ...scene }) => {
    const outcome: ReturnType<typeof decide> = decide(spec, state, snapshotOf({ current, ...scene }));
    state = refused ? outcome.stateIfRefused : outcome.nextState;
    if (!refused) current = outcome.decision.desiredReplicas;
    return outcome.decision.desiredReplicas;
  });
}

describe("a refused write", () => {
  it("is neither a scale event nor a start", () => {
    const { stateIfRefused } = decide(specOf(), null, snapshotOf({ values: { queue: 900 } }));
    const { scaleUpEvents, scaleDownEvents, readiness } = stateIfRefused;
    assert.deepEqual([scaleUpEvents, scaleDownEvents, readiness.starts], [[], [], []]);
  });

  it("keeps the events and the starts from before", () => {
    const before: State = {
      ...seedState(900, 6, 4),
      scaleUpEvents: [{ at: 990, change: 2 }],
      scaleDownEvents: [{ at: 980, change: 1 }],
      readiness: { starts: [{ at: 990, replicas: 2 }], readyReplicas: 4 },
    };
    const { stateIfRefused } = decide(specOf(), before, snapshotOf({ current: 6, ready: 4, values: { queue: 900 } }));
    const { scaleUpEvents, scaleDownEvents, readiness } = stateIfRefused;
    assert.deepEqual(
      [scaleUpEvents, scaleDownEvents, readiness],
      [before.scaleUpEvents, before.scaleDownEvents, { ...before.readiness, at: 1000 }],
    );
  });

  it("does not bring back starts that have become ready meanwhile", () => {
    const starts = [
      { at: 980, replicas: 2 },
      { at: 995, replicas: 3 },
    ];
    const before: State = { ...seedState(900, 9, 4), readiness: { starts, readyReplicas: 4 } };
    const { stateIfRefused } = decide(specOf(), before, snapshotOf({ current: 9, ready: 6, values: { queue: 2000 } }));
    assert.deepEqual(stateIfRefused.readiness.starts, [{ at: 995, replicas: 3 }]);
  });

  it("remembers what was asked for", () => {
    const { nextState, stateIfRefused } = decide(specOf(), null, snapshotOf({ values: { queue: 900 } }));
    assert.deepEqual(stateIfRefused.recommendations, nextState.recommendations);
    assert.deepEqual(stateIfRefused.recommendations.at(-1), { at: 1000, replicas: 9 });
  });

  it("of a step down is tried again at the next tick", () => {
    const counts = countsOver(byMarks, [{ now: 1000 }, { now: 1300, refused: true }, { now: 1302 }, { now: 1304 }]);
    assert.deepEqual(counts, [8, 4, 4, 4]);
  });

  it("of a rise does not revive the timer that the rise has ended", () => {
    const counts = countsOver(byMarks, [
      { now: 1000 },
      { now: 1290, values: { cpu: 90 }, refused: true },
      { now: 1300 },
      { now: 1599 },
      { now: 1600 },
    ]);
    assert.deepEqual(counts, [8, 10, 8, 8, 4]);
  });

  it("of a rise is tried again at the next tick, in full", () => {
    const counts = countsOver(specOf(), [
      { now: 1000, values: { queue: 2000 }, refused: true },
      { now: 1002, values: { queue: 2000 } },
    ]);
    assert.deepEqual(counts, [20, 20]);
  });

  it("keeps what the drain rule has learned", () => {
    const queue = { ready: 500, unacknowledged: 40, publishRate: 20, ackRate: 8 };
    const { nextState, stateIfRefused } = decide(
      specOf({ rules: [learningRule] }),
      null,
      snapshotOf({ values: { queue: { value: 540, observedAt: 1000, queue } } }),
    );
    assert.deepEqual(stateIfRefused.drains["wait"]?.arrivals, [{ at: 1000, rate: 20 }]);
    assert.deepEqual(stateIfRefused.drains, nextState.drains);
  });

  it("is the same state where nothing was to be written", () => {
    const { nextState, stateIfRefused } = decide(specOf(), null, snapshotOf({ values: { queue: 400 } }));
    assert.deepEqual(stateIfRefused, nextState);
  });
});
