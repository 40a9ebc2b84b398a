import assert from "node:assert/strict";
import fc from "fast-check";
import { clockJump, withTimesMoved } from "../../../../autoscaler/src/core/clockJump.ts";
import { decide } from "../../../../autoscaler/src/core/decide.ts";
import { seedState, type State } from "../../../../autoscaler/src/core/state.ts";
import { snapshotAt, steps, targetSpec } from "../property/arbitraries.ts";

describe("a jump of the clock", () => {
  const cases: { name: string; wall: number; monotonic: number; jump: number }[] = [
    { name: "is none while both clocks agree", wall: 10, monotonic: 10, jump: 0 },
    { name: "is none while one is slewed", wall: 10.9, monotonic: 10, jump: 0 },
    { name: "is one forward", wall: 3610, monotonic: 10, jump: 3600 },
    { name: "is one back", wall: -3590, monotonic: 10, jump: -3600 },
  ];
  for (const { name, wall, monotonic, jump } of cases) {
    it(name, () => {
      const before = { wall: 1000, monotonic: 5 };
      assert.equal(clockJump(before, { wall: 1000 + wall, monotonic: 5 + monotonic }), jump);
    });
  }

  it("moves every time of a drain rule and of the starts, and nothing else", () => {
    const at = (now: number): State => ({
      ...seedState(now, 4, 4),
      readiness: { starts: [{ at: now, replicas: 2 }], readyReplicas: 4, delaySeconds: 9, learned: 2, at: now },
      drains: {
        wait: {
          arrivals: [{ at: now, rate: 3 }],
          service: {
            at: now,
            busy: [{ at: now, replicas: 2 }],
            saturated: { acked: 8, busySeconds: 4 },
            any: { acked: 9, busySeconds: 5 },
          },
          lows: [{ at: now, waiting: 7 }],
          lateness: { at: now, begun: 6, late: 1 },
          reserve: {
            at: now,
            jobs: 6,
            levels: [
              [5, 1, 7, 9],
              [0, 0, 0],
            ],
          },
        },
      },
    });
    assert.deepEqual(withTimesMoved(at(1000), 4096), at(5096));
  });

  it("changes no decision once the state has gone along with it", function () {
    this.timeout(60_000);
    const jump = 4096;
    fc.assert(
      fc.property(targetSpec, steps, (spec, history) => {
        let state: State | null = null;
        let now = 1000;
        let current = 5;
        for (const step of history) {
          now += Math.max(0, step.after);
          const calm: ReturnType<typeof decide> = decide(spec, state, snapshotAt(step, now, step.count ?? current));
          const moved = state && withTimesMoved(state, jump);
          const jumped = decide(spec, moved, snapshotAt(step, now + jump, step.count ?? current));
          assert.equal(jumped.decision.desiredReplicas, calm.decision.desiredReplicas);
          assert.deepEqual(jumped.decision.reasons, calm.decision.reasons);
          state = calm.nextState;
          current = calm.decision.desiredReplicas;
        }
      }),
      { numRuns: 5000 },
    );
  });
});
