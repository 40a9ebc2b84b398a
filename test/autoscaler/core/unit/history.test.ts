import assert from "node:assert/strict";
import { defaults } from "../../../../autoscaler/src/config/defaults.ts";
import { decide } from "../../../../autoscaler/src/core/decide.ts";
import type { Decision, Rule, TargetSpec } from "../../../../autoscaler/src/core/model.ts";
import type { State } from "../../../../autoscaler/src/core/state.ts";
import { snapshotOf, specOf, waitRule, type Scene } from "../builders.ts";

/** Runs ticks one after the other; each continues the count and the state of the one before. */
function history(spec: TargetSpec, current: number, scenes: readonly Scene[]): Decision[] {
  let state: State | null = null;
  let count = current;
  return scenes.map((scene) => {
    const { decision, nextState }: ReturnType<typeof decide> = decide(
      spec,
      state,
      snapshotOf({ current: count, ...scene }),
    );
    state = nextState;
    count = decision.desiredReplicas;
    return decision;
  });
}

const every = (seconds: number, ticks: number, scene: (now: number) => Scene): Scene[] =>
  Array.from({ length: ticks }, (_, tick) => ({ now: 1000 + tick * seconds, ...scene(1000 + tick * seconds) }));

const counts = (decisions: readonly Decision[]): number[] => decisions.map(({ desiredReplicas }) => desiredReplicas);

const standard: TargetSpec["behavior"] = {
  scaleUp: { ...defaults.behavior.scaleUp },
  scaleDown: { ...defaults.behavior.scaleDown },
};

describe("a history with the HPA's default behavior", () => {
  it("rises by four pods or double each 15 s", () => {
    const decisions = history(
      specOf({ behavior: standard }),
      1,
      every(15, 7, () => ({ values: { queue: 50_000 } })),
    );
    assert.deepEqual(counts(decisions), [5, 10, 20, 40, 80, 100, 100]);
  });

  it("spends one allowance however often it ticks", () => {
    const decisions = history(
      specOf({ behavior: standard }),
      4,
      every(2, 9, () => ({ values: { queue: 50_000 } })),
    );
    assert.deepEqual(counts(decisions), [8, 8, 8, 8, 8, 8, 8, 8, 16]);
  });

  it("falls 300 s after the last high recommendation", () => {
    const decisions = history(
      specOf({ behavior: standard }),
      4,
      every(60, 8, (now) => ({ values: { queue: now === 1060 ? 400 : 100 } })),
    );
    assert.deepEqual(counts(decisions), [4, 4, 4, 4, 4, 4, 1, 1]);
  });
});

describe("a history of the marks", () => {
  const marks: Rule = {
    kind: "threshold",
    name: "marks",
    scaleUp: { anyAbove: { cpu: 80 }, step: { percent: 100, pods: 2 } },
    scaleDown: { allBelow: { cpu: 30, memory: 40 }, forSeconds: 300, step: { percent: 50 } },
  };
  const spec = specOf({ rules: [marks], minReplicas: 2 });

  it("halves after each 300 s below, not at each tick", () => {
    const decisions = history(
      spec,
      16,
      every(60, 12, () => ({})),
    );
    assert.deepEqual(counts(decisions), [16, 16, 16, 16, 16, 8, 8, 8, 8, 8, 8, 4]);
  });

  it("begins again when one metric was above its mark for a moment", () => {
    const decisions = history(
      spec,
      16,
      every(60, 9, (now) => ({ values: { memory: now === 1180 ? 41 : 0 } })),
    );
    assert.deepEqual(counts(decisions), [16, 16, 16, 16, 16, 16, 16, 16, 16]);
  });

  it("begins again when one metric was unknown for a moment", () => {
    const decisions = history(
      spec,
      16,
      every(60, 10, (now) => ({ values: { cpu: now === 1060 ? null : 0 } })),
    );
    assert.deepEqual(counts(decisions), [16, 16, 16, 16, 16, 16, 16, 8, 8, 8]);
  });

  it("is not stopped from rising by a metric that is unknown", () => {
    const decisions = history(spec, 4, [{ now: 1000, values: { cpu: 90, memory: null } }]);
    assert.deepEqual(counts(decisions), [8]);
  });
});

describe("a history of a queue with a maximum wait", () => {
  const spec = specOf({ rules: [waitRule] });
  const queue = (now: number, ready: number, publishRate: number, unacknowledged = 0) => ({
    queue: { value: ready, observedAt: now, queue: { ready, unacknowledged, publishRate } },
  });

  it("does not order the same replicas at each tick while they start", () => {
    const decisions = history(
      spec,
      4,
      every(2, 5, (now) => ({ ready: 4, values: queue(now, 100, 20) })),
    );
    const [first = 0, ...later] = counts(decisions);
    assert.equal(first, 6);
    assert.deepEqual(
      later.filter((count) => count > first),
      [],
    );
  });

  it("comes down to what still works on messages, then to the minimum, once it has seen enough", () => {
    const decisions = history(
      spec,
      8,
      every(60, 4, (now) => ({ values: queue(now, 0, 0, now < 1120 ? 5 : 0) })),
    );
    assert.deepEqual(counts(decisions), [8, 5, 1, 1]);
    assert.deepEqual(
      decisions.map(({ proposals: [proposal] }) => proposal?.reason),
      ["LearningArrivals", "ReplicasBusy", "OfferedLoad", "OfferedLoad"],
    );
  });

  const graceful = specOf({ rules: [{ ...waitRule, scaleInWhileBusy: true }] });

  /** Half an hour of a queue in steps of 2 s; a replica serves 10 s after its order. Ready ones each hold a message. */
  function simulated(rateAt: (seconds: number) => number): {
    oldest: number;
    replicaSeconds: number;
    messages: number;
  } {
    let state: State | null = null;
    let current = 10;
    let [waiting, messages, begun, replicaSeconds, oldest] = [0, 0, 0, 0, 0];
    const orders: { at: number; count: number }[] = [];
    const published: number[] = [];
    for (let seconds = 0; seconds < 1800; seconds += 2) {
      const late = orders.filter(({ at }) => seconds - at < 10).at(0)?.count ?? current;
      const ready = Math.min(current, late);
      messages += 2 * rateAt(seconds);
      published.push(messages);
      const served = Math.min(waiting + 2 * rateAt(seconds), 2 * 2 * ready);
      waiting += 2 * rateAt(seconds) - served;
      begun += served;
      replicaSeconds += 2 * current;
      // The first step by whose end more were published than have begun.
      oldest = Math.max(
        oldest,
        seconds - 2 * published.findIndex((count) => count > begun + 1e-6 || count === messages),
      );
      const now = 1000 + seconds;
      const unacknowledged = waiting > 0 ? ready : Math.ceil(rateAt(seconds) / 2);
      const statistics = {
        ready: Math.round(waiting),
        unacknowledged,
        publishRate: rateAt(seconds),
        ackRate: served / 2,
      };
      const values = { queue: { value: statistics.ready, observedAt: now, queue: statistics } };
      const outcome: ReturnType<typeof decide> = decide(graceful, state, snapshotOf({ now, current, ready, values }));
      state = outcome.nextState;
      const desired = outcome.decision.desiredReplicas;
      if (desired > current) orders.push({ at: seconds, count: current });
      current = desired;
    }
    return { oldest, replicaSeconds, messages };
  }

  const loads: { name: string; rateAt: (seconds: number) => number; share: number }[] = [
    { name: "of a steady rate", rateAt: () => 20, share: 1.05 },
    { name: "of a slow wave", rateAt: (seconds) => 40 + 30 * Math.sin(seconds / 150), share: 1.15 },
    { name: "of twice the rate for a minute", rateAt: (seconds) => (seconds % 600 > 540 ? 40 : 20), share: 1.15 },
  ];
  for (const { name, rateAt, share } of loads) {
    it(`lets no message ${name} wait too long, for little more than the work itself`, () => {
      const { oldest, replicaSeconds, messages } = simulated(rateAt);
      assert.ok(oldest <= 30, `${oldest} s`);
      // Each message is half a second of work.
      assert.ok(replicaSeconds <= share * (messages / 2), `${replicaSeconds / (messages / 2)} of the work`);
    });
  }

  it("holds through an outage of the broker and goes on after it", () => {
    const decisions = history(
      spec,
      10,
      every(5, 6, (now) => ({ values: now > 1000 && now < 1020 ? { queue: null } : queue(now, 0, 4) })),
    );
    assert.deepEqual(counts(decisions), [10, 10, 10, 10, 2, 2]);
    assert.deepEqual(
      decisions.map(({ reasons: [reason] }) => reason),
      ["LearningArrivals", "NoProposal", "NoProposal", "NoProposal", "OfferedLoad", "OfferedLoad"],
    );
  });
});
