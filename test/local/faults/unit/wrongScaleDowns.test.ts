import assert from "node:assert/strict";
import { replicasNeeded, wrongScaleDowns, type LoggedDecision } from "../../../../local/faults/wrongScaleDowns.ts";

interface Told {
  readonly from?: number;
  readonly to?: number;
  readonly now?: number;
  readonly outcome?: string;
  readonly asked?: readonly (number | null)[];
  readonly signal?: string;
}

/** From 8 to 6 at second 100 on fresh signals, as its one rule asked. */
const told = ({ from = 8, to = 6, now = 100, outcome = "patched", asked = [to], signal = "fresh" }: Told = {}) =>
  ({
    input: { now },
    outcome,
    decision: {
      currentReplicas: from,
      desiredReplicas: to,
      proposals: asked.map((replicas, index) => ({ rule: `rule${index}`, replicas })),
      signals: { queueDepth: { kind: signal } },
      bounds: { maxReplicas: 10 },
    },
  }) satisfies LoggedDecision;

const fall = { at: 101, from: 8, to: 6 };

describe("wrong scale-downs", () => {
  const cases: [string, (typeof fall)[], LoggedDecision[], RegExp | undefined][] = [
    ["a fall as decided", [fall], [told()], undefined],
    ["a rise", [{ at: 101, from: 6, to: 8 }], [], undefined],
    ["a fall on a signal that was not fresh", [fall], [told({ signal: "missing" })], /queueDepth was missing/],
    ["a fall though a rule could not say", [fall], [told({ asked: [6, null] })], /rule1 could not say/],
    ["a fall below what a rule asked for", [fall], [told({ asked: [6, 7] })], /rule1 asked for 7/],
    ["a fall below what the load keeps busy", [{ ...fall, to: 3 }], [told({ to: 3 })], /keeps 4 busy/],
    ["a fall that nobody decided", [fall], [], /no decision/],
    ["a fall that was decided and not written", [fall], [told({ outcome: "failed" })], /no decision/],
    ["a decision of another time", [fall], [told({ now: 80 })], /no decision/],
    [
      "from above maxReplicas down to it",
      [{ at: 101, from: 12, to: 10 }],
      [told({ from: 12, to: 10, signal: "stale" })],
      undefined,
    ],
  ];
  for (const [name, changes, decisions, expected] of cases)
    it(name, () => {
      const [wrong] = wrongScaleDowns(changes, decisions, 4);
      if (expected === undefined) assert.equal(wrong, undefined);
      else assert.match(wrong?.why ?? "", expected);
    });

  it("the load needs as many replicas as it keeps busy, rounded up", () => {
    assert.equal(replicasNeeded({ perSecond: 10, workSeconds: 2.5 }, 8), 4);
    assert.equal(replicasNeeded({ perSecond: 8, workSeconds: 2 }, 8), 2);
  });
});
