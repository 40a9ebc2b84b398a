import assert from "node:assert/strict";
import { Client } from "pg";
import { startPgbouncer, type Pgbouncer } from "../../../../local/servers/pgbouncer.ts";
import { startPostgres, type PostgresCluster } from "../../../../local/servers/postgres.ts";
import { silent, type Logger } from "../../../../runtime/src/schema/logger.ts";
import { applyMigrations } from "../../../../runtime/src/schema/migrations.ts";
import { maintainPartitions } from "../../../../runtime/src/schema/partitions/partitions.ts";
import type { Retention } from "../../../../runtime/src/schema/partitions/retention.ts";
import { until } from "../../../support/until.ts";
import { assertAllInPlace, bounds, rowsByPartition } from "../support/audit.ts";
import { all, one } from "../support/server.ts";
import { startWriters, type Writers } from "../support/writers.ts";

// Everything goes through PgBouncer by transaction, as in the cluster, where each transaction may have another session.
describe("partitions of audit_logs, through PgBouncer by transaction", function () {
  this.timeout(600_000);
  let cluster: PostgresCluster;
  let pooler: Pgbouncer;
  let client: Client;

  const open = async (url: string): Promise<Client> => {
    const opened = new Client({ connectionString: url });
    opened.on("error", () => undefined);
    await opened.connect();
    return opened;
  };

  before(async () => {
    cluster = await startPostgres();
    const { host, port } = cluster.primary;
    pooler = await startPgbouncer({ databases: { rw: { host, port, database: "postgres" } } });
  });
  after(async () => {
    await pooler.stop();
    await cluster.stop();
  });

  beforeEach(async () => {
    client = await open(cluster.primary.url);
    await client.query("drop schema public cascade; create schema public");
    await applyMigrations(client, { logger: silent });
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((writers) => writers.stop()));
    await client.end();
  });

  const started: Writers[] = [];
  /** Writers that end with the test, however it ends. */
  const write = async (count: number, at: () => Date): Promise<Writers> => {
    const writers = await startWriters(pooler.url("rw"), count, at);
    started.push(writers);
    return writers;
  };

  const run = async (at: string, retention?: Retention, logger: Logger = silent) => {
    const pooled = await open(pooler.url("rw"));
    try {
      return await maintainPartitions(pooled, { now: () => new Date(at), logger, retention });
    } finally {
      await pooled.end();
    }
  };

  const insert = (at: string, count = 1) =>
    client.query(
      "insert into audit_logs (created_at, action, entity) select $1, 'ran', 'workflow' from generate_series(1, $2)",
      [at, count],
    );

  const rollovers = [
    { name: "a month", last: "2026-11-30T23:59:59.000Z", ahead: "2027_03" },
    { name: "a year", last: "2026-12-31T23:59:59.000Z", ahead: "2027_04" },
    { name: "February of a leap year", last: "2028-02-29T23:59:59.000Z", ahead: "2028_06" },
  ];
  for (const { name, last, ahead } of rollovers) {
    it(`passes the end of ${name} while writers run: no insert fails, each row in its month`, async () => {
      await run(last);
      const end = Date.parse(last) + 1000;
      // A clock of its own: each row is a hundredth of a second later than the one before, from a second before the end.
      let ticks = Date.parse(last);
      const writers = await write(4, () => new Date((ticks += 10)));
      await until("the rows are past the end", () => ticks > end + 1000, 120);
      const result = await run(new Date(ticks).toISOString());
      const rows = writers.written.length;
      await until("writers went on", () => writers.written.length > rows + 50, 120);
      await writers.stop();
      assert.deepEqual(writers.errors, []);
      assert.deepEqual(result, { created: [ahead], detached: [], moved: 0, left: 0 });
      assert.ok(writers.written.some(({ createdAt }) => createdAt.getTime() < end));
      assert.ok(writers.written.some(({ createdAt }) => createdAt.getTime() >= end));
      await assertAllInPlace(client, writers.written);
    });
  }

  it("makes up for missed months: what the default partition took is moved while writers go on", async () => {
    await run("2026-08-15T00:00:00Z");
    // December to February have no partition: nobody ran for months.
    const months = ["2026-12", "2027-01", "2027-02"];
    let count = 0;
    const at = () => new Date(`${months[count++ % 3] ?? ""}-10T12:00:00Z`);
    const writers = await write(4, at);
    await until("rows are in the default partition", () => writers.written.length > 300, 120);
    assert.deepEqual(Object.keys(await rowsByPartition(client)), ["audit_logs_default"]);
    const result = await run("2027-02-10T12:00:00Z");
    const rows = writers.written.length;
    await until("writers went on", () => writers.written.length > rows + 100, 120);
    await writers.stop();
    assert.deepEqual(writers.errors, []);
    assert.deepEqual(result.created, ["2026_12", "2027_01", "2027_02", "2027_03", "2027_04", "2027_05"]);
    assert.ok(result.moved >= 300, `${result.moved} moved`);
    assert.equal(result.left, 0);
    await assertAllInPlace(client, writers.written);
    console.info(`      ${result.moved} rows moved, slowest insert ${Math.round(writers.slowest())} ms`);
  });

  it("moves many rows of one month in one go, and tells how long writers wait", async () => {
    await insert("2027-02-10T12:00:00Z", 100_000);
    const started = performance.now();
    const { moved } = await run("2027-02-11T00:00:00Z");
    console.info(`      ${moved} rows moved in ${Math.round(performance.now() - started)} ms`);
    assert.equal(moved, 100_000);
    assert.deepEqual(await rowsByPartition(client), { audit_logs_2027_02: 100_000 });
  });

  it("gets along with a second runner", async () => {
    await insert("2026-11-20T00:00:00Z", 500);
    await insert("2026-12-20T00:00:00Z", 500);
    const results = await Promise.all([run("2026-12-31T00:00:00Z"), run("2026-12-31T00:00:00Z")]);
    const created = results.flatMap((result) => result.created).toSorted();
    assert.deepEqual(created, ["2026_11", "2026_12", "2027_01", "2027_02", "2027_03"]);
    assert.equal(results[0].moved + results[1].moved, 1000);
    assert.deepEqual(await rowsByPartition(client), { audit_logs_2026_11: 500, audit_logs_2026_12: 500 });
  });

  it("does nothing where nothing is to do", async () => {
    await run("2026-11-15T00:00:00Z");
    const before = await bounds(client);
    assert.deepEqual(await run("2026-11-16T00:00:00Z"), { created: [], detached: [], moved: 0, left: 0 });
    assert.deepEqual(await bounds(client), before);
  });

  it("bounds months in UTC, wherever the session is", async () => {
    await client.query("alter database postgres set timezone = 'Pacific/Auckland'");
    await run("2027-12-31T23:59:59Z");
    await client.query("alter database postgres reset timezone");
    assert.deepEqual(await bounds(client), {
      audit_logs_2027_12: "FOR VALUES FROM ('2027-12-01 00:00:00+00') TO ('2028-01-01 00:00:00+00')",
      audit_logs_2028_01: "FOR VALUES FROM ('2028-01-01 00:00:00+00') TO ('2028-02-01 00:00:00+00')",
      audit_logs_2028_02: "FOR VALUES FROM ('2028-02-01 00:00:00+00') TO ('2028-03-01 00:00:00+00')",
      audit_logs_2028_03: "FOR VALUES FROM ('2028-03-01 00:00:00+00') TO ('2028-04-01 00:00:00+00')",
    });
  });

  it("gives new partitions the parent's indexes", async () => {
    await run("2026-11-15T00:00:00Z");
    const query = `select count(*)::int as indexes, bool_and(indisvalid) as valid from pg_index
      where indrelid = 'audit_logs_2027_02'::regclass`;
    assert.deepEqual(await all(client, query), [{ indexes: 2, valid: true }]);
    const plan =
      "explain (costs off) select * from audit_logs where created_at = '2027-02-10' and user_id = gen_random_uuid()";
    const text = (await all<Record<string, string>>(client, plan)).map((row) => Object.values(row)[0]).join("\n");
    assert.doesNotMatch(text, /default|2027_01/);
  });

  it("leaves rows of wrong clocks where they are, and says so", async () => {
    await insert("1999-01-01T00:00:00Z");
    await insert("2999-01-01T00:00:00Z");
    await insert("infinity");
    const warnings: object[] = [];
    const logger = { ...silent, warn: (fields: object) => warnings.push(fields) };
    const { created, left } = await run("2026-11-15T00:00:00Z", undefined, logger);
    assert.deepEqual(created, ["2026_11", "2026_12", "2027_01", "2027_02"]);
    assert.equal(left, 3);
    assert.deepEqual(warnings, [{ rows: 3 }]);
  });

  it("detaches what is no longer kept, and keeps its table", async () => {
    for (const month of ["2026-08", "2026-09", "2026-10", "2026-11"]) await insert(`${month}-15T00:00:00Z`, 10);
    await run("2026-11-15T00:00:00Z");
    const { detached } = await run("2026-11-15T00:00:00Z", { months: 1, expired: "detach" });
    assert.deepEqual(detached, ["2026_08", "2026_09"]);
    assert.deepEqual(await rowsByPartition(client), { audit_logs_2026_10: 10, audit_logs_2026_11: 10 });
    assert.equal(await one(client, "select count(*)::int from audit_logs_2026_08"), 10);
    const again = await run("2026-11-15T00:00:00Z", { months: 1, expired: "detach" });
    assert.deepEqual(again.detached, []);
  });

  it("takes a detached month back once it is kept again, with what came late", async () => {
    await insert("2026-08-15T00:00:00Z", 10);
    await run("2026-11-15T00:00:00Z");
    await run("2026-11-15T00:00:00Z", { months: 1, expired: "detach" });
    await insert("2026-08-16T00:00:00Z");
    assert.equal((await run("2026-11-15T00:00:00Z", { months: 1, expired: "detach" })).left, 1);
    const { created, moved } = await run("2026-11-15T00:00:00Z", { months: 12, expired: "detach" });
    assert.deepEqual([created, moved], [["2026_08"], 1]);
    assert.deepEqual(await rowsByPartition(client), { audit_logs_2026_08: 11 });
  });

  it("drops what is no longer kept where it is asked to", async () => {
    await insert("2026-08-15T00:00:00Z");
    await run("2026-11-15T00:00:00Z");
    await run("2026-11-15T00:00:00Z", { months: 1, expired: "drop" });
    assert.equal(await one(client, "select to_regclass('audit_logs_2026_08')"), null);
  });

  it("detaches while writers run without a failed insert", async () => {
    await insert("2026-08-15T00:00:00Z", 1000);
    await run("2026-11-15T00:00:00Z");
    const writers = await write(4, () => new Date("2026-11-15T00:00:00Z"));
    const { detached } = await run("2026-11-15T00:00:00Z", { months: 1, expired: "detach" });
    const rows = writers.written.length;
    await until("writers went on", () => writers.written.length > rows + 50, 120);
    await writers.stop();
    assert.deepEqual([detached, writers.errors], [["2026_08"], []]);
    await assertAllInPlace(client, writers.written);
  });

  it("waits for a transaction that holds the table, and lets others write meanwhile", async () => {
    const holder = await open(cluster.primary.url);
    await holder.query(
      "begin; insert into audit_logs (created_at, action, entity) values ('2026-11-15', 'ran', 'workflow')",
    );
    const writers = await write(2, () => new Date("2026-12-15T00:00:00Z"));
    let attempts = 0;
    const logger = { ...silent, warn: () => (attempts += 1) };
    const running = run("2026-11-15T00:00:00Z", undefined, logger);
    await until("it has tried in vain twice", () => attempts >= 2, 60);
    const rows = writers.written.length;
    await until("writers are let through in between", () => writers.written.length > rows, 60);
    await holder.query("commit");
    await holder.end();
    const { created } = await running;
    await writers.stop();
    assert.deepEqual(writers.errors, []);
    assert.equal(created.length, 4);
  });
});
