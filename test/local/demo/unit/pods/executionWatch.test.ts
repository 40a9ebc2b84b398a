import assert from "node:assert/strict";
import { Client, type Answer } from "../../../../../local/demo/client.ts";
import { Ledger } from "../../../../../local/demo/ledger.ts";
import { enter, ExecutionWatch } from "../../../../../local/demo/pods/executionWatch.ts";
import type { Execution } from "../../../../../local/demo/requests.ts";

const start = "2026-01-01T00:00:10.000Z";
const startSecond = Date.parse(start) / 1000;

function ledger(count: number): Ledger {
  const jobs = new Ledger();
  for (let index = 0; index < count; index++) {
    jobs.published(`job ${index}`, startSecond - 2);
    jobs.accepted(`job ${index}`, startSecond);
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

/** What a gateway would be asked, and what it answers. */
class Gateway extends Client {
  readonly asked: string[][] = [];
  readonly #answer: (ids: readonly string[]) => Answer;

  constructor(answer: (ids: readonly string[]) => Answer) {
    super({ url: "http://gateway", timeoutSeconds: 1 });
    this.#answer = answer;
  }

  override call(_method: string, path: string) {
    const ids = decodeURIComponent(path.split("ids=")[1]!).split(",");
    this.asked.push(ids);
    return Promise.resolve(this.#answer(ids));
  }
}

const answered = (executions: unknown): Answer => ({ status: 200, seconds: 0, body: { executions } });
const succeeded = (id: string) => ({ id, status: "succeeded", startedAt: start, finishedAt: start });

describe("ExecutionWatch", () => {
  it("asks for the oldest that are not done, a hundred at a time, and takes what it gets", async () => {
    // The first execution is unknown, the second page is not answered.
    const gateway = new Gateway((ids) =>
      ids[0] === "job 100"
        ? { status: 503, seconds: 0 }
        : answered(ids.map((id, index) => (index === 0 ? null : succeeded(id)))),
    );
    const jobs = ledger(300);
    await new ExecutionWatch(gateway, jobs).follow();
    assert.deepEqual(
      gateway.asked.map((ids) => [ids.length, ids[0]]),
      [
        [100, "job 0"],
        [100, "job 100"],
      ],
    );
    assert.equal(jobs.counts().done, 99);
    assert.equal(jobs.missing()[0], "job 0");
  });

  it("sees in turn what stands behind jobs that never end", async () => {
    const stuck = new Set(ledger(250).missing());
    const gateway = new Gateway((ids) => answered(ids.map((id) => (stuck.has(id) ? null : succeeded(id)))));
    const jobs = ledger(400);
    const watch = new ExecutionWatch(gateway, jobs);
    for (let second = 0; second < 6; second++) await watch.follow();
    assert.equal(jobs.counts().done, 150);
  });

  it("asks for nothing when all is done", async () => {
    const gateway = new Gateway(() => answered([]));
    await new ExecutionWatch(gateway, ledger(0)).follow();
    assert.deepEqual(gateway.asked, []);
  });
});

/** A gateway whose streams tell, one try after the other, of these executions; null: it breaks in the middle. */
class Streams extends Client {
  readonly #tries: (readonly Execution[] | null)[];

  constructor(...tries: (readonly Execution[] | null)[]) {
    super({ url: "http://gateway", timeoutSeconds: 1 });
    this.#tries = tries;
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- as the stream that it stands for
  override async *lines() {
    const executions = this.#tries.shift();
    yield succeeded("job 0");
    if (executions == null) throw new Error("the connection ended");
    yield* executions;
  }
}

describe("ExecutionWatch.finish", () => {
  const pending: Execution = { id: "job 1", status: "pending", startedAt: null, finishedAt: null };

  it("knows of every job what the rows say, once, however often it reads them", async () => {
    const jobs = ledger(400);
    const rest = jobs.missing().slice(1).map(succeeded);
    const counts = await new ExecutionWatch(new Streams(null, [pending], rest), jobs).finish(["workflow"]);
    assert.deepEqual(counts, { pending: 0, running: 0, succeeded: 400, failed: 0 });
    const { done, doneTwice } = jobs.counts();
    assert.deepEqual({ done, doneTwice }, { done: 400, doneTwice: 0 });
  });

  for (const { name, tries, counts } of [
    { name: "nothing where the streams always break", tries: [], counts: null },
    {
      name: "of jobs that do not end as they are",
      tries: [[pending]],
      counts: { pending: 1, running: 0, succeeded: 1, failed: 0 },
    },
  ])
    it(`tells ${name}`, async () => {
      // Without time it asks once.
      const watch = new ExecutionWatch(new Streams(...tries), ledger(2));
      assert.deepEqual(await watch.finish(["workflow"], 0), counts);
    });
});
