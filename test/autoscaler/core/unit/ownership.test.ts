import assert from "node:assert/strict";
import { decide } from "../../../../autoscaler/src/core/decide.ts";
import type { Reason } from "../../../../autoscaler/src/core/reasons.ts";
import type { State } from "../../../../autoscaler/src/core/state.ts";
import { snapshotOf, specOf } from "../builders.ts";

const spec = specOf({ minReplicas: 2, maxReplicas: 20, foreignWriteHoldSeconds: 60 });

interface Tick {
  readonly at: number;
  readonly current: number;
  /** What the write of this tick came to; "lost": it succeeded, and its answer did not arrive. */
  readonly write?: "lost" | "refused";
}

/** Runs ticks whose queue asks for 8 replicas; each line is desired count, then the reason that limited. */
function run(ticks: readonly Tick[], more: Partial<typeof spec> = {}): [number, Reason | null][] {
  let state: State | null = null;
  return ticks.map(({ at, current, write }) => {
    const outcome: ReturnType<typeof decide> = decide(
      { ...spec, ...more },
      state,
      snapshotOf({ now: at, current, values: { queue: 800 } }),
    );
    state = write === undefined ? outcome.nextState : outcome.stateIfRefused;
    return [outcome.decision.desiredReplicas, outcome.decision.limitedBy];
  });
}

describe("somebody else's write", () => {
  const cases: { name: string; ticks: Tick[]; more?: Partial<typeof spec>; expect: [number, Reason | null][] }[] = [
    {
      name: "is left alone for its time, then taken as the present count",
      ticks: [
        { at: 0, current: 8 },
        { at: 10, current: 5 },
        { at: 69, current: 5 },
        { at: 70, current: 5 },
      ],
      expect: [
        [8, null],
        [5, "ForeignWrite"],
        [5, "ForeignWrite"],
        [8, null],
      ],
    },
    {
      name: "is left alone anew after each further write",
      ticks: [
        { at: 0, current: 8 },
        { at: 10, current: 5 },
        { at: 60, current: 6 },
        { at: 110, current: 6 },
        { at: 120, current: 6 },
      ],
      expect: [
        [8, null],
        [5, "ForeignWrite"],
        [6, "ForeignWrite"],
        [6, "ForeignWrite"],
        [8, null],
      ],
    },
    {
      name: "does not lift the bounds",
      ticks: [
        { at: 0, current: 8 },
        { at: 10, current: 50 },
        { at: 20, current: 1 },
      ],
      expect: [
        [8, null],
        [20, "TooManyReplicas"],
        [2, "TooFewReplicas"],
      ],
    },
    {
      name: "is not seen in an own write whose answer was lost",
      ticks: [
        { at: 0, current: 4, write: "lost" },
        { at: 10, current: 8 },
      ],
      expect: [
        [8, null],
        [8, null],
      ],
    },
    {
      name: "is seen in another count after a refused write",
      ticks: [
        { at: 0, current: 4, write: "refused" },
        { at: 10, current: 3 },
      ],
      expect: [
        [8, null],
        [3, "ForeignWrite"],
      ],
    },
    {
      name: "is nobody's business where the target is only observed",
      ticks: [
        { at: 0, current: 8 },
        { at: 10, current: 5 },
      ],
      more: { mode: "observe" },
      expect: [
        [8, null],
        [8, null],
      ],
    },
    {
      name: "ends its hold in time after the clock was set back",
      ticks: [
        { at: 1000, current: 8 },
        { at: 1010, current: 5 },
        { at: 100, current: 5 },
        { at: 160, current: 5 },
      ],
      expect: [
        [8, null],
        [5, "ForeignWrite"],
        [5, "ForeignWrite"],
        [8, null],
      ],
    },
  ];
  for (const { name, ticks, more, expect } of cases) {
    it(name, () => {
      assert.deepEqual(run(ticks, more), expect);
    });
  }

  it("in doubt uses up the rate once it is seen to have been ours", () => {
    const first = decide(spec, null, snapshotOf({ now: 0, current: 4, values: { queue: 800 } }));
    const second = decide(spec, first.stateIfRefused, snapshotOf({ now: 2, current: 8, values: { queue: 800 } }));
    assert.deepEqual(second.nextState.scaleUpEvents, [{ at: 0, change: 4 }]);
  });
});
