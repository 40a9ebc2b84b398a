import assert from "node:assert/strict";
import { Decisions, type DecisionEntry } from "../../../../../local/demo/pods/decisions.ts";

const entry = (now: number, differs: { state?: unknown; outcome?: string; ready?: number } = {}): DecisionEntry => ({
  target: "workflow-worker",
  input: {
    now,
    ...("state" in differs && { state: differs.state }),
    readings: { queueDepth: { queue: { ready: differs.ready ?? 0 } } },
  },
  decision: { currentReplicas: 2, desiredReplicas: 4, reasons: ["DrainTime"] },
  outcome: differs.outcome ?? "unchanged",
});

function gathered(...entries: readonly DecisionEntry[]): Decisions {
  const decisions = new Decisions();
  decisions.add(entries);
  return decisions;
}

describe("Decisions", () => {
  it("keeps each decision once, in the order of time, whatever order they come in", () => {
    const decisions = gathered(entry(3), entry(1, { state: null }));
    decisions.add([entry(2), entry(3)]);
    assert.deepEqual(
      decisions.replayable(undefined).map(({ input }) => input.now),
      [1, 2, 3],
    );
  });

  it("tells the queue as the last decision knew it, and nothing before the first", () => {
    assert.equal(gathered(entry(2, { ready: 7 }), entry(1, { ready: 3 })).queue("queueDepth").ready, 7);
    assert.deepEqual(gathered(entry(1)).queue("other"), { ready: null, unacknowledged: null });
    assert.deepEqual(gathered().queue("queueDepth"), { ready: null, unacknowledged: null });
  });

  it("tells the written changes since a time, with the sentence where one was seen", () => {
    const decisions = gathered(
      entry(1, { outcome: "patched" }),
      entry(2),
      entry(3, { outcome: "patched" }),
      entry(4, { outcome: "patched" }),
    );
    decisions.explain(3, "workflow-worker 2 → 4 (wait asks for 4: backlog 9)");
    assert.deepEqual(decisions.scales(2), [
      { at: 3, from: 2, to: 4, reason: "wait asks for 4: backlog 9" },
      { at: 4, from: 2, to: 4, reason: "DrainTime" },
    ]);
  });

  const stored = { state: { learned: 1 }, savedAt: 2.5 };
  for (const { name, entries, from } of [
    {
      name: "begins after the stored state",
      entries: [entry(1), entry(2), entry(3), entry(4)],
      from: { now: 3, state: stored.state },
    },
    {
      name: "begins with a leader's own state where that is older",
      entries: [entry(1, { state: null }), entry(2), entry(3)],
      from: { now: 1, state: null },
    },
    {
      name: "takes no stored state without the decision before it",
      entries: [entry(3), entry(4, { state: { other: 1 } })],
      from: { now: 4, state: { other: 1 } },
    },
    {
      name: "takes no stored state of a decision that was written",
      entries: [entry(2, { outcome: "patched" }), entry(3), entry(4, { state: null })],
      from: { now: 4, state: null },
    },
  ])
    it(`${name} in what can be replayed`, () => {
      const [first] = gathered(...entries).replayable(stored);
      assert.deepEqual({ now: first!.input.now, state: first!.input.state }, from);
    });

  it("has nothing to replay where no state is known", () => {
    assert.deepEqual(gathered(entry(3), entry(4)).replayable(undefined), []);
  });
});
