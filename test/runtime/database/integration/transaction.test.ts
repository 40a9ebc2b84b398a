import assert from "node:assert/strict";
import {
  createDatabase,
  DatabaseClosedError,
  TransactionError,
  type Database,
  type Transaction,
} from "../../../../runtime/src/database/index.ts";
import { until } from "../../../support/until.ts";
import { startServers, type Servers } from "../support/servers.ts";

describe("transactions, connections and the end", function () {
  this.timeout(300_000);
  let servers: Servers;
  let database: Database;
  const retries: string[] = [];

  before(async () => {
    servers = await startServers();
    await servers.ask(servers.cluster.primary, "create table accounts (id int primary key, sum int)");
    const telemetry = { query: () => undefined, fallback: () => undefined, retry: (why: string) => retries.push(why) };
    database = createDatabase({ ...servers.direct, telemetry });
    await until("all servers are in rotation", () => database.status().every(({ inRotation }) => inRotation), 60);
  });
  beforeEach(async () => {
    retries.length = 0;
    await database.write("truncate accounts");
    await database.write("insert into accounts values (1, 100), (2, 100)");
  });
  after(async () => {
    await database.close();
    await servers.stop();
  });

  const sums = async (): Promise<number[]> => {
    const { rows } = await database.write<{ sum: number }>("select sum from accounts order by id");
    return rows.map(({ sum }) => sum);
  };
  const give = (transaction: Transaction, id: number, sum: number) =>
    transaction.query("update accounts set sum = sum + $2 where id = $1", [id, sum]);
  const busy = (): number => database.status().reduce((sum, { connections }) => sum + connections.busy, 0);

  it("commit what the work did and hand its result on", async () => {
    const result = await database.transaction(async (transaction) => {
      await Promise.all([give(transaction, 1, -10), give(transaction, 2, 10)]);
      return "moved";
    });
    assert.deepEqual([result, await sums(), busy()], ["moved", [90, 110], 0]);
  });

  it("roll back after an error of the work, and give the connection back", async () => {
    const failure = new Error("no");
    const running = database.transaction(async (transaction) => {
      await give(transaction, 1, -10);
      throw failure;
    });
    await assert.rejects(running, failure);
    assert.deepEqual([await sums(), busy()], [[100, 100], 0]);
  });

  it("tell when PostgreSQL rolled back since an error was swallowed", async () => {
    const running = database.transaction(async (transaction) => {
      await give(transaction, 1, -10);
      await transaction.query("select 1 / 0").catch(() => undefined);
    });
    await assert.rejects(running, { name: "TransactionError", message: /rolled back: a statement in it had failed/ });
    assert.deepEqual(await sums(), [100, 100]);
  });

  it("run again after a serialization failure, as often as it takes", async () => {
    let runs = 0;
    const add = () =>
      database.transaction(
        async (transaction) => {
          runs += 1;
          const { rows } = await transaction.query<{ sum: number }>("select sum from accounts where id = 1");
          await transaction.query("update accounts set sum = $1 where id = 1", [rows[0]!.sum + 1]);
        },
        { isolation: "serializable" },
      );
    await Promise.all(Array.from({ length: 8 }, add));
    assert.deepEqual(await sums(), [108, 100]);
    assert.ok(runs > 8, "nothing met");
    assert.deepEqual(new Set(retries), new Set(["serialization"]));
  });

  it("run again after a deadlock, also where the work wraps the error", async () => {
    const both = Promise.withResolvers<undefined>();
    let [arrived, runs] = [0, 0];
    const move = (from: number, to: number) =>
      database.transaction(async (transaction) => {
        runs += 1;
        await give(transaction, from, -1);
        if (++arrived === 2) both.resolve(undefined);
        await both.promise;
        try {
          await give(transaction, to, 1);
        } catch (cause) {
          throw new Error("cannot move", { cause });
        }
      });
    await Promise.all([move(1, 2), move(2, 1)]);
    assert.deepEqual([await sums(), runs], [[100, 100], 3]);
  });

  it("read on a replica where they only read, and may not write there", async () => {
    const where = "select current_setting('in_hot_standby') as standby";
    const read = (options: object) =>
      database.transaction(
        async (transaction) => (await transaction.query<{ standby: string }>(where)).rows[0]!.standby,
        options,
      );
    assert.equal(await read({ readOnly: true }), "on");
    // A server in recovery knows none of these.
    assert.equal(await read({ readOnly: true, isolation: "serializable" }), "off");
    const writing = database.transaction((transaction) => give(transaction, 1, 1), { readOnly: true });
    await assert.rejects(writing, { code: "25006" });
    assert.equal(busy(), 0);
  });

  const misuses: { name: string; work: (transaction: Transaction) => Promise<unknown>; message: RegExp }[] = [
    {
      name: "a transaction within",
      work: () => database.transaction(() => Promise.resolve()),
      message: /use the one it was given/,
    },
    { name: "a commit of its own", work: (transaction) => transaction.query("commit"), message: /ends with its work/ },
  ];
  for (const { name, work, message } of misuses)
    it(`refuse ${name}`, async () => {
      await assert.rejects(database.transaction(work), { name: "TransactionError", message });
      assert.equal(busy(), 0);
    });

  it("refuse a statement after their end", async () => {
    let kept: Transaction | undefined;
    await database.transaction((transaction) => Promise.resolve((kept = transaction)));
    await assert.rejects(kept!.query("select 1"), TransactionError);
  });

  it("know savepoints", async () => {
    await database.transaction(async (transaction) => {
      await give(transaction, 1, 5);
      await transaction.query("savepoint a");
      await assert.rejects(transaction.query("select 1 / 0"));
      await transaction.query("rollback to a");
    });
    assert.deepEqual(await sums(), [105, 100]);
  });

  it("end when aborted, without an effect", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const running = database.transaction(
      async (transaction) => {
        await give(transaction, 1, 5);
        controller.abort(reason);
        await transaction.query("select 1");
      },
      { signal: controller.signal },
    );
    await assert.rejects(running, reason);
    assert.deepEqual([await sums(), busy()], [[100, 100], 0]);
  });

  it("lend a connection of either role, and close one that is left within a transaction", async () => {
    for (const [role, standby] of [
      ["primary", "off"],
      ["replica", "on"],
    ] as const) {
      const { client, release } = await database.acquire(role);
      await client.query("begin");
      const { rows } = await client.query(
        "select current_setting('in_hot_standby') as standby, pg_backend_pid() as pid",
      );
      assert.equal((rows[0] as { standby: string }).standby, standby);
      release();
      release();
      assert.equal(busy(), 0);
    }
  });

  it("refuse values that cannot be sent, and keep going", async () => {
    const circular: Record<string, unknown> = {};
    circular["self"] = circular;
    await assert.rejects(database.write("insert into accounts values ($1, 1)", [circular]), TypeError);
    await assert.rejects(database.query("selec 1"), { code: "42601" });
    assert.deepEqual(await sums(), [100, 100]);
  });

  it("wait at the end for what runs, but not for ever", async () => {
    const [patient, hasty] = [createDatabase(servers.direct), createDatabase({ ...servers.direct, closeSeconds: 0.2 })];
    const running = (one: Database): boolean => one.status()[0]!.connections.busy === 1;
    const kept = patient.write("select pg_sleep(1)");
    await until("it runs", () => running(patient), 60);
    await patient.close();
    assert.equal((await kept).rows.length, 1);
    const broken = assert.rejects(hasty.write("select pg_sleep(60)"), { name: "OutcomeUnknownError" });
    await until("it runs", () => running(hasty), 60);
    await hasty.close();
    await broken;
    await assert.rejects(hasty.read("select 1"), DatabaseClosedError);
  });
});
