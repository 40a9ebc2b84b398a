import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import {
  createDatabase,
  OutcomeUnknownError,
  type Database,
  type DatabaseOptions,
} from "../../../../runtime/src/database/index.ts";
import { freePort } from "../../../../local/process.ts";
import { until } from "../../../support/until.ts";
import { keepRunning, percent } from "../support/load.ts";
import { startRelay, startServers, type Servers } from "../support/servers.ts";

const where = "select current_setting('in_hot_standby') = 'on' as standby";

describe("failures of servers", function () {
  this.timeout(900_000);
  let servers: Servers;

  before(async () => {
    servers = await startServers();
    await servers.ask(servers.cluster.primary, "create table entries (id text)");
  });
  after(() => servers.stop());

  const opened = async (options: DatabaseOptions): Promise<Database> => {
    const database = createDatabase(options);
    await until("all servers are in rotation", () => database.status().every(({ inRotation }) => inRotation), 120);
    await until("reads go to replicas", () => onReplica(database), 60);
    return database;
  };
  const onReplica = async (database: Database): Promise<boolean> =>
    (await database.read<{ standby: boolean }>(where)).rows[0]!.standby;
  const inRotation = (database: Database, name: string): boolean =>
    database.status().find((server) => server.name === name)!.inRotation;
  const counts = async (prefix: string): Promise<Map<string, number>> => {
    const rows = await servers.ask(
      servers.cluster.primary,
      `select id, count(*)::int as count from entries where id like '${prefix}%' group by id`,
    );
    return new Map(rows.map(({ id, count }) => [id as string, count as number]));
  };

  it("hides a replica that is killed and comes back from those who read", async () => {
    const database = await opened(servers.direct);
    const [replica] = servers.cluster.replicas;
    const errors: unknown[] = [];
    let [reads, replicaReads, over] = [0, 0, false];
    const story = async (): Promise<void> => {
      await until("the load runs", () => reads > 500, 60);
      await replica!.kill();
      await until("it is out of rotation", () => !inRotation(database, "replica-1"), 60);
      const seen = reads;
      await until("reads go on", () => reads > seen + 500, 60);
      await replica!.start();
      await until("it is back in rotation", () => inRotation(database, "replica-1"), 60);
      const later = reads;
      await until("reads go on", () => reads > later + 500, 60);
      over = true;
    };
    const load = keepRunning(
      20,
      () => !over,
      async () => {
        try {
          if (await onReplica(database)) replicaReads += 1;
        } catch (error) {
          errors.push(error);
        }
        reads += 1;
      },
    );
    await story().finally(() => (over = true));
    await load;
    console.info(`      ${reads} reads, ${errors.length} errors, ${percent(replicaReads, reads)} on replicas`);
    assert.deepEqual(errors, []);
    await database.close();
  });

  it("takes a lagging replica out and in again, and none while the primary is idle", async () => {
    const database = await opened({ ...servers.direct, maxLagSeconds: 2, healthIntervalSeconds: 0.25 });
    const [replica] = servers.cluster.replicas;
    // The primary's insert position now stands behind a header that no replica reaches before the next record.
    await servers.ask(servers.cluster.primary, "select pg_switch_wal()");
    let left = 0;
    const end = performance.now() + 5000;
    // Nothing is written for longer than the lag allowed.
    while (performance.now() < end) {
      left += database.status().filter((server) => !server.inRotation).length;
      await delay(100);
    }
    assert.equal(left, 0);
    await servers.ask(replica!, "select pg_wal_replay_pause()");
    await database.write("insert into entries values ('lag')");
    await until("it is out of rotation", () => !inRotation(database, "replica-1"), 60);
    assert.equal(inRotation(database, "replica-2"), true);
    const { lagSeconds } = database.status()[1]!;
    assert.ok(lagSeconds !== null && lagSeconds > 2, String(lagSeconds));
    await servers.ask(replica!, "select pg_wal_replay_resume()");
    await until("it is back in rotation", () => inRotation(database, "replica-1"), 60);
    await database.close();
  });

  const connections: { name: string; options: () => DatabaseOptions }[] = [
    { name: "directly", options: () => servers.direct },
    { name: "through PgBouncer", options: () => servers.pooled },
  ];
  const ends = ["stop", "kill"] as const;

  for (const { name: how, options } of connections)
    for (const end of ends) {
      it(`runs nothing twice when the primary ends by ${end} under load, ${how}`, async () => {
        const { primary, ...rest } = options();
        // A place for each caller: PgBouncer holds statements while its server is away, and a full pool turns callers away.
        const pool = { min: 2, max: 30 };
        const database = await opened({ ...rest, primary: { ...primary, pool }, retrySeconds: 120 });
        const prefix = `${how} ${end}`;
        const outcomes = new Map<string, "ok" | "unknown">();
        const others: unknown[] = [];
        let [reads, over] = [0, false];
        const note = async (id: string, work: () => Promise<unknown>): Promise<void> => {
          try {
            await work();
            outcomes.set(id, "ok");
          } catch (error) {
            if (error instanceof OutcomeUnknownError) outcomes.set(id, "unknown");
            else others.push(error);
          }
        };
        const steps: ((index: number) => Promise<void>)[] = [
          async (index) => {
            const id = `${prefix} write ${index}`;
            await note(id, () => database.write("insert into entries values ($1)", [id]));
          },
          async (index) => {
            const id = `${prefix} transaction ${index}`;
            await note(id, () =>
              database.transaction(async (transaction) => {
                await transaction.query("select count(*) from entries where id = $1", [id]);
                await transaction.query("insert into entries values ($1)", [id]);
              }),
            );
          },
          async () => {
            await database.read("select 1").then(
              () => (reads += 1),
              (error: unknown) => others.push(error),
            );
          },
        ];
        const load = keepRunning(
          24,
          () => !over,
          (index) => steps[index % steps.length]!(index),
        );
        const story = async (): Promise<void> => {
          for (let round = 0; round < 2; round += 1) {
            const seen = outcomes.size;
            await until("the load runs", () => outcomes.size > seen + 200, 120);
            await servers.cluster.primary[end]();
            await delay(300);
            await servers.cluster.primary.start();
          }
          const seen = outcomes.size;
          await until("the load runs again", () => outcomes.size > seen + 200, 120);
        };
        await story().finally(() => (over = true));
        await load;
        const found = await counts(prefix);
        const unknown = [...outcomes].filter(([, outcome]) => outcome === "unknown");
        const happened = unknown.filter(([id]) => found.has(id)).length;
        console.info(
          `      ${outcomes.size} writes, ${reads} reads, ${unknown.length} outcomes unknown (${happened} had happened), ` +
            `${others.length} other errors`,
        );
        assert.deepEqual(others, []);
        assert.deepEqual(
          [...found].filter(([, count]) => count > 1),
          [],
          "run twice",
        );
        assert.deepEqual(
          [...outcomes].filter(([id, outcome]) => outcome === "ok" && !found.has(id)),
          [],
          "lost",
        );
        await database.close();
      });
    }

  it("tells that the outcome of a write in flight is unknown, and does not repeat it", async () => {
    const database = await opened(servers.direct);
    const writing = assert.rejects(
      database.write("insert into entries select 'in flight' from pg_sleep(60)"),
      OutcomeUnknownError,
    );
    const running =
      "select count(*)::int as count from pg_stat_activity where query like '%in flight%' and pid <> pg_backend_pid()";
    await until("it runs", async () => (await servers.ask(servers.cluster.primary, running))[0]!["count"] === 1, 60);
    await servers.cluster.primary.kill();
    await writing;
    await servers.cluster.primary.start();
    assert.deepEqual(await servers.ask(servers.cluster.primary, running), [{ count: 0 }]);
    assert.equal((await counts("in flight")).size, 0);
    await database.close();
  });

  it("reads on replicas though the primary is down from the start", async () => {
    const { primary } = servers.cluster;
    await primary.stop();
    try {
      const database = createDatabase({ ...servers.direct, healthIntervalSeconds: 0.2, connectTimeoutSeconds: 0.5 });
      assert.equal(await onReplica(database), true);
      assert.deepEqual(
        database.status().map(({ name, lagSeconds }) => ({ name, lagSeconds })),
        ["primary", "replica-1", "replica-2"].map((name) => ({ name, lagSeconds: null })),
      );
      await database.close();
    } finally {
      await primary.start();
    }
  });

  it("does not repeat a write that a view hides from it", async () => {
    const { primary } = servers.cluster;
    await servers.ask(
      primary,
      `create function slow_entry() returns int language plpgsql as
       $$ begin insert into entries values ('hidden'); perform pg_sleep(60); return 1; end $$;
       create view hiding as select slow_entry() as done`,
    );
    // Without a replica to refuse it, it passes for a read.
    const database = createDatabase({ primary: servers.direct.primary, retrySeconds: 120 });
    const reading = assert.rejects(database.read("select * from hiding"), OutcomeUnknownError);
    const query = "select count(*)::int as count from pg_stat_activity where wait_event = 'PgSleep'";
    await until("it runs", async () => (await servers.ask(primary, query))[0]!["count"] === 1, 60);
    await primary.kill();
    await primary.start();
    await reading;
    assert.equal((await counts("hidden")).size, 0);
    await database.close();
  });

  it("runs a transaction again whose connection broke before its commit", async () => {
    const database = await opened({ ...servers.direct, retrySeconds: 120 });
    let attempts = 0;
    await database.transaction(async (transaction) => {
      attempts += 1;
      await transaction.query("insert into entries values ('again')");
      if (attempts === 1) await servers.cluster.primary.kill();
      if (attempts === 1) await servers.cluster.primary.start();
      await transaction.query("select 1");
    });
    assert.equal(attempts, 2);
    assert.deepEqual(await counts("again"), new Map([["again", 1]]));
    await database.close();
  });

  it("finds the new primary when the old one's address leads to a server that only reads", async () => {
    const port = await freePort();
    const { primary, replicas } = servers.cluster;
    const relay = await startRelay({ host: "127.0.0.1", port }, replicas[0]!.port);
    const retries: string[] = [];
    const telemetry = { query: () => undefined, fallback: () => undefined, retry: (why: string) => retries.push(why) };
    const database = createDatabase({ primary: { ...servers.direct.primary, port }, telemetry });
    const writes = Promise.all([
      database.write("insert into entries values ('moved')"),
      database.transaction((transaction) => transaction.query("insert into entries values ('moved in a transaction')")),
    ]);
    await until("both were refused", () => retries.length >= 2, 60);
    relay.lead(primary.port);
    await writes;
    assert.deepEqual(new Set(retries), new Set(["readOnly"]));
    assert.deepEqual([...(await counts("moved")).values()], [1, 1]);
    await database.close();
    await relay.close();
  });

  it("breaks off what waits for a replica that has fallen silent, and reads it elsewhere", async () => {
    const port = await freePort();
    const relay = await startRelay({ host: "127.0.0.1", port }, servers.cluster.replicas[0]!.port);
    const [replica] = servers.direct.replicas;
    const options = {
      ...servers.direct,
      replicas: [{ ...replica!, port }],
      silentSeconds: 1,
      healthIntervalSeconds: 0.2,
    };
    const database = await opened(options);
    const reading = database.read<{ standby: boolean }>(`${where} from pg_sleep(1)`);
    await until("it runs", () => database.status()[1]!.connections.busy === 1, 60);
    relay.freeze();
    assert.deepEqual((await reading).rows, [{ standby: false }]);
    await database.close();
    await relay.close();
  });

  for (const { name: how, options, nodes } of [
    { ...connections[0]!, nodes: () => [servers.cluster.primary, ...servers.cluster.replicas] },
    // A PgBouncer with several hosts sends the request to whichever host is next.
    { ...connections[1]!, nodes: () => [servers.cluster.primary] },
  ])
    it(`ends a statement on the server when it is aborted, ${how}`, async () => {
      const database = await opened(options());
      const controller = new AbortController();
      const reason = new Error("no longer wanted");
      const { signal } = controller;
      const mark = `aborted ${how}`;
      const reading = database.read(`select pg_sleep(60) /* ${mark} */`, [], { signal });
      const writing = database.write(`insert into entries select '${mark}' from pg_sleep(60)`, [], { signal });
      // A server too busy to confirm in time leaves the outcome of a write unknown.
      const ours = (error: Error): boolean =>
        error === reason || (error instanceof OutcomeUnknownError && error.cause === reason);
      const ended = Promise.all([assert.rejects(reading, reason), assert.rejects(writing, ours)]);
      const query = `select pid from pg_stat_activity where query like '%${mark}%' and pid <> pg_backend_pid() and state = 'active'`;
      const running = async (among = nodes()): Promise<number> =>
        (await Promise.all(among.map((node) => servers.ask(node, query)))).flat().length;
      const { primary, replicas } = servers.cluster;
      await until("both run", async () => (await running([primary, ...replicas])) === 2, 60);
      controller.abort(reason);
      await ended;
      await until("neither runs", async () => (await running()) === 0, 60);
      assert.equal((await counts(mark)).size, 0);
      await database.close();
    });
});
