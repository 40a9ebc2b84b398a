import assert from "node:assert/strict";
import { Client } from "pg";
import { CheckConnection } from "../../../../runtime/src/database/servers/check.ts";
import { until } from "../../../support/until.ts";
import { startFakePostgres, type FakePostgres } from "../support/fakePostgres.ts";

describe("the connection that checks a server", function () {
  this.timeout(60_000);
  let fake: FakePostgres;
  let check: CheckConnection;
  let now: number;

  beforeEach(async () => {
    fake = await startFakePostgres();
    now = 0;
    const login = { host: "127.0.0.1", port: fake.port, database: "a", user: "a", password: "a" };
    check = new CheckConnection(
      () => new Client(login),
      0.2,
      () => now,
    );
  });
  afterEach(async () => {
    await check.close();
    await fake.close();
  });

  const ask = (): Promise<unknown> => check.ask((client) => client.query("select 1"));

  it("is kept, and opened again when it was closed", async () => {
    await ask();
    await ask();
    assert.equal(fake.opened, 1);
    fake.reply = () => ({ fatal: "shutting down" });
    await assert.rejects(ask(), /shutting down/);
    fake.reply = () => ({ rows: [] });
    await ask();
    assert.equal(fake.opened, 2);
  });

  for (const { name, reply, sign } of [
    { name: "a pooler in full use is a sign of life", reply: { fatal: "query_wait_timeout" }, sign: 7 },
    {
      name: "a pooler that cannot reach the server is none",
      reply: { fatal: "server login has been failing, try again later" },
      sign: 3,
    },
    { name: "an existing connection that stays unanswered is none", reply: "silence" as const, sign: 3 },
  ])
    it(name, async () => {
      now = 3;
      await ask();
      now = 7;
      fake.reply = () => reply;
      await assert.rejects(ask());
      assert.equal(check.lastSign, sign);
    });

  it("takes a new connection that is let in for a sign of life", async () => {
    fake.reply = () => "silence";
    now = 7;
    await assert.rejects(ask(), /no answer/);
    assert.equal(check.lastSign, 7);
  });

  it("tells that connections died without a word once another is answered for so long", async () => {
    await ask();
    fake.reply = (_text, connection) => (connection === 1 ? "silence" : { rows: [] });
    await assert.rejects(ask(), /no answer/);
    assert.equal(check.takeDeath(10), false);
    await ask();
    assert.deepEqual([check.takeLoss(), check.takeLoss()], [true, false]);
    now = 9;
    assert.equal(check.takeDeath(10), false);
    now = 10;
    assert.deepEqual([check.takeDeath(10), check.takeDeath(10)], [true, false]);
  });

  it("knows a server that was only slow by its late answer", async () => {
    let late = (): void => undefined;
    const answer = new Promise<void>((resolve) => (late = resolve));
    await assert.rejects(
      check.ask(() => answer),
      /no answer/,
    );
    await ask();
    now = 5;
    late();
    await until("it was heard", () => check.lastSign === 5);
    now = 100;
    assert.deepEqual([check.takeLoss(), check.takeDeath(10)], [false, false]);
  });
});
