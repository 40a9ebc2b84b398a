import assert from "node:assert/strict";
import { Client } from "../../../../../local/demo/client.ts";
import { Ledger } from "../../../../../local/demo/ledger.ts";
import { enter, followExecutions } from "../../../../../local/demo/pods/executionWatch.ts";

const start = "2026-01-01T00:00:10.000Z";
const startSecond = Date.parse(start) / 1000;

function ledger(count: number): Ledger {
  const jobs = new Ledger();
  for (let index = 0; index < count; index++) {
    jobs.published(`job ${index}`, startSecond - 2);
    jobs.accepted(`job ${index}`);
  }
  return jobs;
}

describe("enter", () => {
  for (const { name, execution, waits, done } of [
    { name: "a pending execution", execution: { startedAt: null, finishedAt: null }, waits: [], done: 0 },
    { name: "a running execution", execution: { startedAt: start, finishedAt: null }, waits: [2], done: 0 },
    { name: "a finished execution", execution: { startedAt: start, finishedAt: start }, waits: [2], done: 1 },
    { name: "an execution that no queue took", execution: { startedAt: null, finishedAt: start }, waits: [], done: 0 },
  ])
    it(`takes from ${name} what is known`, () => {
      const jobs = ledger(1);
      enter({ id: "job 0", status: "", ...execution }, jobs);
      assert.deepEqual(
        jobs.waits().map(({ waitSeconds }) => waitSeconds),
        waits,
      );
      assert.equal(jobs.counts().done, done);
    });
});

describe("followExecutions", () => {
  it("asks for the oldest that are not done, a hundred at a time, and takes what it gets", async () => {
    const asked: string[][] = [];
    class Gateway extends Client {
      override call(_method: string, path: string) {
        const ids = decodeURIComponent(path.split("ids=")[1]!).split(",");
        asked.push(ids);
        // The second page is not answered.
        if (asked.length === 2) return Promise.resolve({ status: 503, seconds: 0 });
        const executions = ids.map((id, index) =>
          index === 0 ? null : { id, status: "succeeded", startedAt: start, finishedAt: start },
        );
        return Promise.resolve({ status: 200, seconds: 0, body: { executions } });
      }
    }
    const jobs = ledger(300);
    await followExecutions(new Gateway({ url: "http://gateway", timeoutSeconds: 1 }), jobs);
    assert.deepEqual(
      asked.map((ids) => ids.length),
      [100, 100],
    );
    assert.equal(asked[1]![0], "job 100");
    assert.equal(jobs.counts().done, 99);
    assert.equal(jobs.missing()[0], "job 0");
  });
});
