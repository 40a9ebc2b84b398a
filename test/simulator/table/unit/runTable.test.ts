import assert from "node:assert/strict";
import { runTable } from "../../../../simulator/table/runTable.ts";

/** Cells of a window that is not there: each fails at once, which is all that is needed of a thread here. */
const tasks = [1, 2, 3, 4, 5].map((maxWaitSeconds) => ({
  ...{ window: "nowhere", readinessSeconds: 10, maxWaitSeconds, seeds: 1, isQuick: true, hasAblations: false },
}));

describe("a table", function () {
  this.timeout(30_000);

  it("has an entry for every cell, also where it fails", async () => {
    const ended: number[] = [];
    const entries = await runTable(tasks, { threads: 2, onProgress: (count) => ended.push(count) });
    assert.deepEqual(
      entries.map(({ task }) => task),
      tasks,
    );
    for (const entry of entries)
      assert.match(entry.kind === "failed" ? entry.error : entry.kind, /^window must be one of azure-code, /);
    assert.deepEqual(ended, [1, 2, 3, 4, 5]);
  });

  it("that is interrupted says what was not finished", async () => {
    const interruption = new AbortController();
    const entries = await runTable(tasks, {
      threads: 1,
      signal: interruption.signal,
      onProgress: (ended) => {
        if (ended === 2) interruption.abort();
      },
    });
    assert.deepEqual(
      entries.map(({ kind }) => kind),
      ["failed", "failed", "unfinished", "unfinished", "unfinished"],
    );
  });

  it("that is interrupted before it began has run nothing", async () => {
    const entries = await runTable(tasks, { threads: 2, signal: AbortSignal.abort() });
    assert.ok(entries.every(({ kind }) => kind === "unfinished"));
    assert.equal(entries.length, tasks.length);
  });
});
