import assert from "node:assert/strict";
import { stateSchema } from "../../../../../autoscaler/src/config/stateSchema.ts";
import { decide } from "../../../../../autoscaler/src/core/decide.ts";
import type { TargetSpec } from "../../../../../autoscaler/src/core/model.ts";
import type { State } from "../../../../../autoscaler/src/core/state.ts";
import { snapshotOf, specOf, waitRule } from "../../builders.ts";

/** Six hours in ticks of 2 s with statistics each 5 s: a load by the minute, which a fleet follows a little too late. */
function stateAfter(spec: TargetSpec, rateAt: (seconds: number) => number): State {
  let state: State | null = null;
  let [current, waiting, lastRate] = [4, 0, 0];
  const begin = 1_732_780_000.123;
  for (let seconds = 0; seconds < 21_600; seconds += 2) {
    const now = begin + seconds;
    if (seconds % 5 < 2) lastRate = rateAt(seconds);
    const ready = current;
    waiting = Math.max(0, waiting + Math.round(2 * (rateAt(seconds) - 0.7 * ready)));
    const queue = { ready: waiting, unacknowledged: ready, publishRate: lastRate, ackRate: 0.7 * ready };
    const reading = { value: waiting, observedAt: begin + 5 * Math.floor(seconds / 5), queue };
    const outcome: ReturnType<typeof decide> = decide(
      spec,
      state,
      snapshotOf({ now, current, values: { queue: reading } }),
    );
    state = outcome.nextState;
    current = Math.min(outcome.decision.desiredReplicas, current + 10);
  }
  assert.ok(state !== null);
  return state;
}

const specFor = (maxWaitSeconds: number, readinessDelaySeconds: number): TargetSpec =>
  specOf({
    maxReplicas: 1000,
    rules: [{ ...waitRule, serviceRatePerReplica: 0.7, maxWaitSeconds, readinessDelaySeconds }],
  });

/** No two minutes are alike, as users are. */
const uneven = (seconds: number): number =>
  211.37 * (1 + Math.sin(Math.floor(seconds / 60) * 1.7)) * (seconds % 3600 < 300 ? 3 : 1);

describe("the state of a drain rule after six hours", function () {
  this.timeout(60_000);
  const cases = [
    { name: "with a wait of a minute", maxWait: 60, delay: 60 },
    { name: "with a wait of an hour", maxWait: 3600, delay: 120 },
  ];
  for (const { name, maxWait, delay } of cases) {
    it(`${name} and a thousand replicas leaves room for 200 in a ConfigMap of 1 MiB`, () => {
      const { drains } = stateAfter(specFor(maxWait, delay), uneven);
      const size = JSON.stringify(drains).length;
      const parts = Object.entries(drains["wait"] ?? {}).map(
        ([part, value]) => `${part} ${JSON.stringify(value).length}`,
      );
      assert.ok(size < 5 * 1024, `${size}: ${parts.join(", ")}`);
    });
  }

  it("is taken by the schema of stored states as it is", () => {
    const state = stateAfter(specFor(60, 60), uneven);
    assert.deepEqual(stateSchema.parse(JSON.parse(JSON.stringify(state))), state);
  });
});

describe("a state of an earlier version, with arrivals and work alone,", () => {
  const earlier = {
    recommendations: [{ at: 990, replicas: 4 }],
    scaleUpEvents: [],
    scaleDownEvents: [],
    thresholds: {},
    drains: {
      wait: {
        arrivals: [
          { at: 960, rate: 4 },
          { at: 995, rate: 4 },
        ],
        service: {
          at: 995,
          busy: [{ at: 995, replicas: 2 }],
          saturated: { acked: 40, busySeconds: 20 },
          any: { acked: 40, busySeconds: 20 },
        },
      },
    },
    readiness: { starts: [], readyReplicas: 4 },
  };
  const queue = { ready: 0, unacknowledged: 2, publishRate: 4, ackRate: 4 };
  const snapshot = snapshotOf({ values: { queue: { value: 0, observedAt: 1000, queue } } });

  it("is taken by the schema of stored states", () => {
    assert.deepEqual(stateSchema.parse(earlier), earlier);
  });

  it("is gone on with, by what it knows", () => {
    const { decision, nextState } = decide(specOf({ rules: [waitRule] }), earlier, snapshot);
    assert.deepEqual([decision.desiredReplicas, decision.reasons[0]], [2, "OfferedLoad"]);
    assert.equal(nextState.drains["wait"]?.arrivals.length, 3);
    assert.deepEqual(stateSchema.parse(nextState), nextState);
  });
});
