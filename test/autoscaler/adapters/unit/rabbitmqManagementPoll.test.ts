import assert from "node:assert/strict";
import { ManagementPoll } from "../../../../autoscaler/src/adapters/rabbitmq/managementPoll.ts";

/** A management API that takes `took` seconds of a clock that stands still otherwise. */
function slowApi() {
  const api = { now: 1000, took: 0, polls: 0, fails: false, hold: Promise.resolve(undefined) };
  const client = {
    async get<Answer>(path: string, _: AbortSignal, read: (json: unknown) => Answer): Promise<Answer> {
      if (path.startsWith("api/overview")) return read({ rates_mode: "basic" });
      api.polls += 1;
      await api.hold;
      api.now += api.took;
      if (api.fails) throw new Error("away");
      return read([]);
    },
  };
  const clock = { now: () => api.now, sleep: () => Promise.resolve(), random: () => 0 };
  const poll = new ManagementPoll(client, clock, 1);
  return { api, poll };
}

describe("the management poll that all sources share", () => {
  const cases: { name: string; took: number; rests: number; fails?: boolean }[] = [
    { name: "a quick one", took: 0.01, rests: 2 },
    { name: "one of a thousand queues: ten times as long as it took", took: 0.3, rests: 3 },
    { name: "one of ten thousand queues: no longer than the statistics take", took: 2.5, rests: 5 },
    { name: "one that failed", took: 0.01, rests: 1, fails: true },
    { name: "one that failed after long: as long as any", took: 3, rests: 5, fails: true },
  ];
  for (const { name, took, rests, fails = false } of cases) {
    it(`rests after ${name}`, async () => {
      const { api, poll } = slowApi();
      Object.assign(api, { took, fails });
      const read = (): Promise<unknown> => poll.snapshot().catch(String);
      await read();
      api.now += rests - 0.01;
      await read();
      assert.equal(api.polls, 1);
      api.now += 0.02;
      await read();
      assert.equal(api.polls, 2);
    });
  }

  it("polls again when the clock was set back", async () => {
    const { api, poll } = slowApi();
    await poll.snapshot();
    api.now -= 3600;
    assert.equal((await poll.snapshot()).observedAt, 1000 - 3600);
  });

  it("keeps nobody waiting for a poll that takes long: the one before, with its own time", async () => {
    const { api, poll } = slowApi();
    api.took = 2;
    const first = await poll.snapshot();
    assert.equal(first.observedAt, 1000);
    api.now += 6;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    api.hold = promise;
    assert.equal(await poll.snapshot(), first);
    assert.equal(api.polls, 2);
    resolve(undefined);
    await new Promise(setImmediate);
    assert.equal((await poll.snapshot()).observedAt, 1008);
  });

  it("does not hide a failure behind the poll before", async () => {
    const { api, poll } = slowApi();
    api.took = 2;
    await poll.snapshot();
    api.now += 6;
    api.fails = true;
    await poll.snapshot();
    await new Promise(setImmediate);
    await assert.rejects(poll.snapshot(), /away/);
  });
});
