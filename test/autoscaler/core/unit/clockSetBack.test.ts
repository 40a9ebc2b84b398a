import assert from "node:assert/strict";
import { withoutFuture } from "../../../../autoscaler/src/core/clockSetBack.ts";
import { decide } from "../../../../autoscaler/src/core/decide.ts";
import { seedState, type ServiceState, type State } from "../../../../autoscaler/src/core/state.ts";
import { snapshotOf, specOf } from "../builders.ts";

/** The clock was set back from about 2000 to 1000. */
const now = 1000;
const stateOf = (more: Partial<State>): State => ({ ...seedState(500, 4, 4), ...more });

const service: ServiceState = {
  at: 2000,
  busy: [{ at: 2000, replicas: 4 }],
  saturated: { acked: 80, busySeconds: 40 },
  any: { acked: 100, busySeconds: 60 },
};

describe("a state with times after now", () => {
  const cases: { name: string; before: Partial<State>; after: Partial<State> }[] = [
    {
      name: "takes later recommendations for present ones",
      before: {
        recommendations: [
          { at: 900, replicas: 3 },
          { at: 2000, replicas: 5 },
        ],
      },
      after: {
        recommendations: [
          { at: 900, replicas: 3 },
          { at: now, replicas: 5 },
        ],
      },
    },
    {
      name: "takes later scale events for present ones",
      before: { scaleUpEvents: [{ at: 2000, change: 2 }], scaleDownEvents: [{ at: 1900, change: 1 }] },
      after: { scaleUpEvents: [{ at: now, change: 2 }], scaleDownEvents: [{ at: now, change: 1 }] },
    },
    {
      name: "forgets later starts, whose age is unknown",
      before: {
        readiness: {
          readyReplicas: 4,
          delaySeconds: 9,
          starts: [
            { at: 990, replicas: 1 },
            { at: 2000, replicas: 2 },
          ],
        },
      },
      after: { readiness: { readyReplicas: 4, delaySeconds: 9, starts: [{ at: 990, replicas: 1 }] } },
    },
    {
      name: "learns nothing from starts under way when the clock was set",
      before: { readiness: { readyReplicas: 4, starts: [{ at: 990, replicas: 1 }], at: 1600 } },
      after: { readiness: { readyReplicas: 4, starts: [{ at: 990, replicas: 1, unseen: true }] } },
    },
    {
      name: "forgets later arrivals, but not those of a source a little ahead",
      before: {
        drains: {
          wait: {
            arrivals: [
              { at: 1005, rate: 1 },
              { at: 1006, rate: 2 },
            ],
          },
        },
      },
      after: { drains: { wait: { arrivals: [{ at: 1005, rate: 1 }] } } },
    },
    {
      name: "keeps what replicas were seen to finish",
      before: { drains: { wait: { arrivals: [], service } } },
      after: { drains: { wait: { arrivals: [], service: { ...service, at: now, busy: [] } } } },
    },
    {
      name: "keeps what bursts have taught, and the ages in it",
      before: {
        drains: {
          wait: {
            arrivals: [],
            reserve: {
              at: 2000,
              jobs: 9,
              levels: [
                [5, 1, 7, 9],
                [0, 0, 0],
              ],
            },
          },
        },
      },
      after: {
        drains: {
          wait: {
            arrivals: [],
            reserve: {
              at: now,
              jobs: 9,
              levels: [
                [5, 1, 7, 9],
                [0, 0, 0],
              ],
            },
          },
        },
      },
    },
    {
      name: "keeps how many were late",
      before: { drains: { wait: { arrivals: [], lateness: { at: 2000, begun: 9, late: 1 } } } },
      after: { drains: { wait: { arrivals: [], lateness: { at: now, begun: 9, late: 1 } } } },
    },
    {
      name: "forgets later lows, which would make young what is old",
      before: {
        drains: {
          wait: {
            arrivals: [],
            lows: [
              { at: 990, waiting: 1 },
              { at: 2000, waiting: 2 },
            ],
          },
        },
      },
      after: { drains: { wait: { arrivals: [], lows: [{ at: 990, waiting: 1 }] } } },
    },
  ];
  for (const { name, before, after } of cases) {
    it(name, () => {
      assert.deepEqual(withoutFuture(stateOf(before), now), stateOf(after));
    });
  }

  it("is left alone when it has none", () => {
    const state = stateOf({ drains: { wait: { arrivals: [{ at: 990, rate: 1 }], service: { ...service, at: 990 } } } });
    assert.deepEqual(withoutFuture(state, now), state);
  });
});

describe("a decision after the clock was set back", () => {
  it("rises at once, though it asked for less at a later time", () => {
    const { nextState } = decide(specOf(), null, snapshotOf({ now: 2000, values: { queue: 400 } }));
    const { decision } = decide(specOf(), nextState, snapshotOf({ now, values: { queue: 4000 } }));
    assert.equal(decision.desiredReplicas, 40);
  });

  it("counts a change of a later time for one period at most", () => {
    const spec = specOf();
    const policies = [{ type: "Pods", value: 5, periodSeconds: 15 }] as const;
    const limited = { ...spec, behavior: { ...spec.behavior, scaleUp: { ...spec.behavior.scaleUp, policies } } };
    const first = decide(limited, null, snapshotOf({ now: 2000, values: { queue: 4000 } }));
    const second = decide(limited, first.nextState, snapshotOf({ now, current: 9, values: { queue: 4000 } }));
    const third = decide(limited, second.nextState, snapshotOf({ now: now + 15, current: 9, values: { queue: 4000 } }));
    assert.deepEqual(
      [first, second, third].map(({ decision }) => decision.desiredReplicas),
      [9, 9, 14],
    );
  });

  it("learns no delay below zero", () => {
    const { nextState } = decide(specOf(), null, snapshotOf({ now: 2000, values: { queue: 800 } }));
    const after = decide(specOf(), nextState, snapshotOf({ now, current: 8, ready: 8, values: { queue: 800 } }));
    assert.equal(after.nextState.readiness.delaySeconds, undefined);
  });
});
