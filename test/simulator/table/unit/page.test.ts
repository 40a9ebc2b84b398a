import assert from "node:assert/strict";
import type { CellResult } from "../../../../simulator/table/runCell.ts";
import type { Entry } from "../../../../simulator/table/runTable.ts";
import { tablePage } from "../../../../simulator/table/page.ts";
import { tableText } from "../../../../simulator/table/text.ts";
import { verdictOf } from "../../../../simulator/table/verdict.ts";
import { exactly, outcome } from "../support.ts";

const task = {
  window: "ramp",
  readinessSeconds: 10,
  maxWaitSeconds: 20,
  seeds: 3,
  isQuick: false,
  hasAblations: false,
};
const ours = outcome({ name: "ours", late: 0.0012, podHours: 12, overOptimum: 1.2 });
const best = outcome({ name: "HPA", setting: "target 4", late: 0.004, podHours: 11 });
const staticPeak = outcome({ name: "static", setting: "20 replicas", late: 0.01, podHours: 20 });
const result: CellResult = {
  ...{ window: "ramp", readinessSeconds: 10, maxWaitSeconds: 20, jobs: exactly(100), optimum: exactly(10) },
  ...{ ours, best, staticPeak, baselines: [best], ablations: [outcome({ name: "no trend", late: 0, podHours: 13 })] },
  verdict: verdictOf(task, { ours, best, staticPeak }),
};
const done: Entry = { task, kind: "done", result };
const failed: Entry = { task: { ...task, maxWaitSeconds: 40 }, kind: "failed", error: "it broke" };
const unfinished: Entry = { task: { ...task, maxWaitSeconds: 5 }, kind: "unfinished" };

describe("the table", () => {
  const text = tableText([done, failed, unfinished]);
  const page = tablePage([done, failed, unfinished], "npm run simulate");

  it("tells losses with the figures that make them", () => {
    for (const told of [text, page]) {
      assert.match(told, /near the optimum.*12\.00 pod-h, 0\.12 % late.*1\.20 × optimum/);
      assert.match(told, /best baseline.*11\.00 pod-h, 0\.40 % late \(HPA: target 4\)/);
      assert.doesNotMatch(told, /static peak.*20 replicas\)/);
    }
  });

  it("tells what failed and what was not finished where its figures would be", () => {
    for (const told of [text, page]) {
      assert.match(told, /10, 40\b.*FAILED: it broke/);
      assert.match(told, /10, 5\b.*NOT FINISHED/);
      assert.equal(told.match(/FAILED: it broke/g)?.length, 2);
      assert.equal(told.match(/NOT FINISHED/g)?.length, 2);
    }
  });

  it("counts what was met and missed, of the cells that were finished", () => {
    assert.match(page, /no dearer than the smallest constant count \| 1 \| 0 \| 0 \| 0 \|/);
    assert.match(page, /1 to 2 delays \| 0 \| 0 \| 0 \| 1 \|/);
    assert.match(page, /Of 3 cells, 1 failed and 1 was not finished/);
  });

  it("counts windows that were held out once more, by themselves", () => {
    const heldOut = { ...task, window: "nab-sunday" };
    const entries: Entry[] = [done, { task: heldOut, kind: "done", result: { ...result, window: "nab-sunday" } }];
    for (const told of [tableText(entries), tablePage(entries, "x")]) {
      assert.match(told, /nab-sunday \(held out\)/);
      assert.doesNotMatch(told, /ramp \(held out\)/);
      const counts = told.match(/no dearer than the smallest constant count\W+\d/g);
      assert.deepEqual(
        counts?.map((count) => count.at(-1)),
        ["2", "1"],
      );
      assert.match(told, /In nab-sunday, which nobody looked at/);
    }
    assert.doesNotMatch(text, /nobody looked at/);
  });

  it("says what is too near to tell, and counts it by itself", () => {
    const verdict = { ...result.verdict, notWorseThanStatic: "too near" } as const;
    const entries: Entry[] = [{ ...done, result: { ...result, verdict } }];
    assert.match(tablePage(entries, "x"), /constant count \| 0 \| 0 \| 1 \| 0 \|/);
    assert.match(tableText(entries), /^10, 20 .*too near/m);
    assert.doesNotMatch(tablePage(entries, "x"), /\| 10, 20 \| static peak \|/);
  });

  it("marks a ratio to the end of the frontier", () => {
    const late = outcome({ name: "ours", late: 0.9, podHours: 12, overOptimum: 1.2, isAtLeast: true });
    const entries: Entry[] = [{ ...done, result: { ...result, ours: late } }];
    for (const told of [tableText(entries), tablePage(entries, "x")]) assert.match(told, /≥ 1\.20 × optimum/);
    assert.match(tablePage(entries, "x"), /\| ≥ 1\.20 yes|\| ≥ 1\.20 no/);
  });

  it("has all measures of all that took part, also of ours without a part", () => {
    assert.match(page, /\| ours: set \| 0\.12 \|/);
    assert.match(page, /\| ours, no trend \| 0\.00 \|/);
    assert.match(page, /\| static: 20 replicas \| 1\.00 \|/);
    assert.match(page, /\| HPA: target 4 \| 0\.40 \|/);
  });

  it("sums up what each part is worth, where parts were switched off", () => {
    // 13 pod-hours instead of 12.
    for (const told of [text, page]) assert.match(told, /no trend\W+1\.083\W+0\.12\W+0\.00\W+0 of 1/);
    const none = tablePage([{ ...done, result: { ...result, ablations: [] } }], "x");
    assert.doesNotMatch(none, /Parts switched off/);
  });

  it("says how it was made", () => {
    assert.match(page, /Written by `npm run simulate`; seeds 1 to 3\./);
  });

  it("of nothing but wins has no losses", () => {
    const all = { nearOptimum: true, withinReach: null, notWorseThanStatic: true, belowBaselines: true };
    assert.match(tablePage([{ ...done, result: { ...result, verdict: all } }], "x"), /## Losses\n\nNone\./);
  });
});
