import assert from "node:assert/strict";
import { decide } from "../../../../autoscaler/src/core/decide.ts";
import type { QueueStatistics } from "../../../../autoscaler/src/core/model.ts";
import { afterUnseenTick, type State } from "../../../../autoscaler/src/core/state.ts";
import { snapshotOf, specOf } from "../builders.ts";

const spec = specOf({ stuckConsumersSeconds: 60 });
const silent: QueueStatistics = {
  ready: 800,
  unacknowledged: 4,
  consumers: 4,
  ackRate: 0,
  deliverRate: 0,
  publishRate: 5,
};
const acking: QueueStatistics = { ...silent, ackRate: 0.1 };

type Seen = QueueStatistics | "unseen" | "down";

/** The desired counts of ticks 30 s apart with 4 replicas and 800 messages, of which 8 replicas are asked. */
function run(seen: readonly Seen[]): number[] {
  let state: State | null = null;
  const desired: number[] = [];
  for (const [index, queue] of seen.entries()) {
    if (queue === "unseen") {
      state = state && afterUnseenTick(state);
      continue;
    }
    const now = 1000 + index * 30;
    const value = queue === "down" ? null : { value: 800, observedAt: now, queue };
    const outcome: ReturnType<typeof decide> = decide(spec, state, snapshotOf({ now, values: { queue: value } }));
    // The writes are refused, so that every tick begins from 4.
    state = { ...outcome.stateIfRefused, ownership: { replicas: 4 } };
    desired.push(outcome.decision.desiredReplicas);
  }
  return desired;
}

describe("consumers are stuck", () => {
  const cases: { name: string; seen: Seen[]; expect: number[] }[] = [
    { name: "once nothing was acknowledged for the whole time", seen: [silent, silent, silent], expect: [8, 8, 4] },
    { name: "until the first ack", seen: [silent, silent, silent, acking, silent], expect: [8, 8, 4, 8, 8] },
    { name: "not where an ack came between", seen: [silent, silent, acking, silent], expect: [8, 8, 8, 8] },
    {
      name: "not without messages that wait",
      seen: Array<Seen>(4).fill({ ...silent, ready: 0 }),
      expect: [8, 8, 8, 8],
    },
    { name: "not without consumers", seen: Array<Seen>(4).fill({ ...silent, consumers: 0 }), expect: [8, 8, 8, 8] },
    {
      name: "not where consumers need not acknowledge and take messages",
      seen: Array<Seen>(4).fill({ ...silent, unacknowledged: 0, deliverRate: 3 }),
      expect: [8, 8, 8, 8],
    },
    {
      name: "not on a rate that is unknown",
      seen: Array<Seen>(4).fill({ ready: 800, consumers: 4 }),
      expect: [8, 8, 8, 8],
    },
    { name: "not across a reading that failed", seen: [silent, silent, "down", silent], expect: [8, 8, 4, 8] },
    { name: "not across a tick that saw nothing", seen: [silent, "unseen", silent], expect: [8, 8] },
    {
      name: "still, after a tick that saw nothing",
      seen: [silent, silent, silent, "unseen", silent],
      expect: [8, 8, 4, 4],
    },
  ];
  for (const { name, seen, expect } of cases) {
    it(name, () => {
      assert.deepEqual(run(seen), expect);
    });
  }

  it("and forbid both directions, with the metric's name", () => {
    const before = decide(
      spec,
      null,
      snapshotOf({ now: 0, values: { queue: { value: 100, observedAt: 0, queue: { ...silent, ready: 100 } } } }),
    );
    const reading = { value: 100, observedAt: 60, queue: { ...silent, ready: 100 } };
    const state = { ...before.stateIfRefused, ownership: { replicas: 4 } };
    const { decision } = decide(spec, state, snapshotOf({ now: 60, values: { queue: reading } }));
    assert.equal(decision.desiredReplicas, 4);
    assert.equal(decision.limitedBy, "StuckConsumers");
    assert.match(decision.holds[0]?.detail ?? "", /^queue: .*none was acknowledged for 60 s$/);
  });

  it("and say before how long the silence may last on", () => {
    const reading = { value: 800, observedAt: 1000, queue: silent };
    const { decision } = decide(spec, null, snapshotOf({ values: { queue: reading } }));
    assert.deepEqual(decision.timers, [{ name: "no ack of queue", secondsLeft: 60 }]);
  });
});
