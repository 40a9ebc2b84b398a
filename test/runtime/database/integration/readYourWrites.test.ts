import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { createDatabase, type Database } from "../../../../runtime/src/database/index.ts";
import { until } from "../../../support/until.ts";
import { keepRunning, percent } from "../support/load.ts";
import { startServers, type Servers } from "../support/servers.ts";

const pairs = 10_000;
const width = 20;
const written = "insert into pairs values ($1)";
const found =
  "select count(*)::int as found, current_setting('in_hot_standby') = 'on' as standby from pairs where id = $1";

interface Found {
  readonly found: number;
  readonly standby: boolean;
}

describe("reading one's own writes", function () {
  this.timeout(900_000);
  let servers: Servers;
  let database: Database;

  const ready = (one: Database): Promise<void> =>
    until("all servers are in rotation", () => one.status().every((server) => server.inRotation), 60);
  const find = async (id: number, by = database): Promise<Found> => (await by.query<Found>(found, [id])).rows[0]!;

  before(async () => {
    servers = await startServers();
    await servers.ask(servers.cluster.primary, "create table pairs (id int primary key)");
    database = createDatabase(servers.direct);
    await ready(database);
    // The catalog of functions comes with the first check; until then count() belongs to the primary.
    await until("reads go to replicas", async () => (await find(-1)).standby, 60);
  });
  after(async () => {
    await database.close();
    await servers.stop();
  });

  it(`finds each of ${pairs} writes at once, while a replica stands still for 5 s`, async () => {
    const [paused, other] = servers.cluster.replicas;
    let [done, stale, onReplica, controls, staleControls] = [0, 0, 0, 0, 0];
    let state: "before" | "paused" | "after" = "before";
    const pause = async (): Promise<void> => {
      await until("the load runs", () => done > pairs / 10, 120);
      await servers.ask(paused!, "select pg_wal_replay_pause()");
      state = "paused";
      await delay(2000);
      // For a while none of them has anything new, so that no luck in the choice helps.
      await servers.ask(other!, "select pg_wal_replay_pause()");
      await delay(1000);
      await servers.ask(other!, "select pg_wal_replay_resume()");
      await delay(2000);
      await servers.ask(paused!, "select pg_wal_replay_resume()");
      state = "after";
    };
    const pair = async (id: number): Promise<void> => {
      await database.write(written, [id]);
      const { found: count, standby } = await find(id);
      done += 1;
      if (count !== 1) stale += 1;
      if (standby) onReplica += 1;
    };
    // The same without a scope shows that the pause would have been seen.
    const control = async (id: number): Promise<void> => {
      await database.write(written, [-2 - id]);
      controls += 1;
      if ((await find(-2 - id)).found !== 1) staleControls += 1;
    };
    await Promise.all([
      pause(),
      keepRunning(
        width,
        () => done < pairs || state !== "after",
        (id) => (state === "paused" && id % 50 === 0 ? control(id) : database.scope(() => pair(id))),
      ),
    ]);
    console.info(
      `      ${done} pairs, ${stale} stale, ${percent(onReplica, done)} read on replicas; ` +
        `without a scope ${staleControls} of ${controls} stale`,
    );
    assert.ok(done >= pairs);
    assert.equal(stale, 0);
    assert.ok(staleControls > 0, "the control saw no pause");
  });

  it("follows a position handed to another process", async () => {
    const other = createDatabase(servers.direct);
    await ready(other);
    await Promise.all(servers.cluster.replicas.map((node) => servers.ask(node, "select pg_wal_replay_pause()")));
    try {
      const position = await database.scope(async () => {
        await database.write(written, [1_000_000]);
        return database.position();
      });
      assert.match(position ?? "", /^[0-9A-F]+\/[0-9A-F]+$/);
      await until("the other reads on replicas", async () => (await find(-1, other)).standby, 60);
      assert.equal((await find(1_000_000, other)).found, 0);
      const after = await other.scope(() => find(1_000_000, other), { after: position });
      assert.deepEqual(after, { found: 1, standby: false });
    } finally {
      await Promise.all(servers.cluster.replicas.map((node) => servers.ask(node, "select pg_wal_replay_resume()")));
      await other.close();
    }
  });

  it("reads on the primary after a write where a pooler hides which replica answers", async () => {
    const pooled = createDatabase(servers.pooled);
    await ready(pooled);
    await until("reads go to replicas", async () => (await find(-1, pooled)).standby, 60);
    const seen = await pooled.scope(async () => {
      const before = await find(-1, pooled);
      await pooled.transaction((transaction) => transaction.query(written, [1_000_001]));
      return [before, await find(1_000_001, pooled)];
    });
    assert.deepEqual(seen, [
      { found: 0, standby: true },
      { found: 1, standby: false },
    ]);
    await pooled.close();
  });

  it("takes a position that the log has though nothing follows, at the start of one of its files too", async () => {
    const position = await database.scope(async () => {
      await database.write("select pg_switch_wal()");
      return database.position();
    });
    const flushed = `select pg_current_wal_flush_lsn() >= '${position}' as reached`;
    const { primary } = servers.cluster;
    // Less than the background writer's 15 s, after which something follows.
    await until("it is written", async () => (await servers.ask(primary, flushed))[0]!["reached"] === true, 2);
  });

  it("knows no position where nothing was written", async () => {
    assert.equal(await database.position(), undefined);
    assert.equal(await database.scope(() => database.position()), undefined);
  });

  it("refuses a position that is none", () => {
    const scope = (): void => {
      database.scope(() => undefined, { after: "tomorrow" });
    };
    assert.throws(scope, /must look like .*"tomorrow"/);
  });

  it("asks again after a replica that crashed has come back behind what it had shown", async () => {
    const [crashed] = servers.cluster.replicas;
    for (let round = 0; round < 3; round += 1) {
      await crashed!.kill();
      await crashed!.start();
      await ready(database);
      for (let id = 0; id < 100; id += 1) {
        const key = 2_000_000 + 1000 * round + id;
        const { found: count } = await database.scope(async () => {
          await database.write(written, [key]);
          return find(key);
        });
        assert.equal(count, 1);
      }
    }
  });
});
