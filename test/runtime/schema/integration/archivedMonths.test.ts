import assert from "node:assert/strict";
import { Client } from "pg";
import { startPostgres, type PostgresCluster } from "../../../../local/servers/postgres.ts";
import { silent } from "../../../../runtime/src/schema/logger.ts";
import { applyMigrations } from "../../../../runtime/src/schema/migrations.ts";
import { maintainPartitions, makePartitions } from "../../../../runtime/src/schema/partitions/partitions.ts";
import type { Retention } from "../../../../runtime/src/schema/partitions/retention.ts";
import { rowsByPartition } from "../support/audit.ts";
import { one } from "../support/server.ts";

const now = () => new Date("2026-11-15T00:00:00Z");
const wanted = ["2026_11", "2026_12", "2027_01", "2027_02"];

describe("months whose table exists already", function () {
  this.timeout(300_000);
  let cluster: PostgresCluster;
  let client: Client;
  let warnings: object[];

  before(async () => {
    cluster = await startPostgres();
  });
  after(() => cluster.stop());

  beforeEach(async () => {
    warnings = [];
    client = new Client({ connectionString: cluster.primary.url });
    await client.connect();
    await client.query("drop schema public cascade; create schema public");
    await applyMigrations(client, { logger: silent });
  });
  afterEach(() => client.end());

  const options = () => ({ now, logger: { ...silent, warn: (fields: object) => warnings.push(fields) } });
  const run = (retention?: Retention) => maintainPartitions(client, { ...options(), retention });
  const insert = (at: string) =>
    client.query("insert into audit_logs (created_at, action, entity) values ($1, 'ran', 'workflow')", [at]);
  const archive = async (month: string): Promise<void> => {
    const table = `audit_logs_${month.replace("-", "_")}`;
    await client.query(`create table ${table} (like audit_logs including defaults including constraints)`);
    await client.query(`insert into ${table} (created_at, action, entity) values ('${month}-05', 'ran', 'workflow')`);
  };
  const attached = async (): Promise<unknown> =>
    one(
      client,
      `select array_agg(right(relname, 7) order by relname) from pg_inherits join pg_class on oid = inhrelid
       where inhparent = 'audit_logs'::regclass and relname <> 'audit_logs_default'`,
    );
  const kept = (months: number, expired: Retention["expired"]): Retention => ({ months, expired });

  it("are not taken back where only the wanted months are made", async () => {
    await archive("2025-01");
    await insert("2025-01-06T00:00:00Z");
    await insert("2026-11-06T00:00:00Z");
    assert.deepEqual(await makePartitions(client, options()), { created: wanted, moved: 1 });
    assert.deepEqual(await rowsByPartition(client), { audit_logs_2026_11: 1, audit_logs_default: 1 });
  });

  it("are never dropped once they were taken back, whatever is asked for", async () => {
    await archive("2025-01");
    await insert("2025-01-06T00:00:00Z");
    await insert("2025-02-06T00:00:00Z");
    assert.deepEqual((await run(kept(36, "drop"))).created, ["2025_01", "2025_02", ...wanted]);
    assert.deepEqual((await run(kept(12, "drop"))).detached, ["2025_01", "2025_02"]);
    assert.deepEqual(await attached(), wanted);
    assert.equal(await one(client, "select count(*)::int from audit_logs_2025_01"), 2);
    assert.equal(await one(client, "select to_regclass('audit_logs_2025_02')"), null);
  });

  it("do not keep others from their partitions when they are unfit: all is done, then each is named", async () => {
    await insert("2024-01-05T00:00:00Z");
    await run();
    await archive("2025-02");
    await client.query("alter table audit_logs add column ip inet");
    await client.query("create table audit_logs_2025_03 (like audit_logs, more text)");
    await client.query("alter table audit_logs_2025_03 alter column action type varchar(20)");
    for (const month of ["2025-02", "2025-03", "2025-04"]) await insert(`${month}-06T00:00:00Z`);
    await client.query("drop table audit_logs_2027_02");
    await assert.rejects(run(kept(30, "detach")), (error: Error) => {
      assert.deepEqual(error.message.split("\n"), [
        "not all partitions are as they should be:",
        "  audit_logs_2025_02: the table exists and lacks ip inet; alter it to be as the parent, or rename it",
        "  audit_logs_2025_03: the table exists and lacks action text, has instead or too much action character varying(20), more text; alter it to be as the parent, or rename it",
      ]);
      return true;
    });
    assert.deepEqual(await attached(), ["2025_04", ...wanted]);
    assert.deepEqual(
      warnings.map((fields) => ("table" in fields ? fields.table : fields)),
      ["audit_logs_2025_02", "audit_logs_2025_03", { rows: 2 }],
    );
  });

  it("are told with the server's reason when they hold what they must not", async () => {
    await archive("2025-02");
    await client.query("update audit_logs_2025_02 set created_at = '2025-07-01'");
    await insert("2025-02-06T00:00:00Z");
    await assert.rejects(run(), /\n {2}audit_logs_2025_02: .*partition constraint .*is violated by some row$/);
    assert.deepEqual(await attached(), wanted);
  });

  it("may have their columns in another order", async () => {
    await client.query(
      `create table audit_logs_2025_02 (details jsonb not null, entity_id uuid, entity text not null, gone int,
        action text not null, created_at timestamptz not null, user_id uuid, id uuid not null,
        constraint audit_logs_action_check check (action <> ''), constraint audit_logs_entity_check check (entity <> ''))`,
    );
    await client.query("alter table audit_logs_2025_02 drop column gone");
    await client.query(
      `insert into audit_logs (created_at, action, entity, details) values ('2025-02-06', 'ran', 'workflow', '{"a": 1}')`,
    );
    await run();
    const row = "select action || entity || (details->>'a') from audit_logs_2025_02";
    assert.equal(await one(client, row), "ranworkflow1");
  });

  it("do not keep wanted months from each other", async () => {
    await client.query("create table audit_logs_2026_12 (id uuid)");
    await assert.rejects(makePartitions(client, options()), /\n {2}audit_logs_2026_12: the table exists and lacks /);
    assert.deepEqual(await attached(), ["2026_11", "2027_01", "2027_02"]);
  });

  it("are not blamed for a connection that breaks: the run ends at once", async () => {
    const other = new Client({ connectionString: cluster.primary.url });
    other.on("error", () => undefined);
    await other.connect();
    const pid = await one(other, "select pg_backend_pid()");
    await client.query("begin; lock table audit_logs");
    const running = maintainPartitions(other, options());
    await client.query("select pg_terminate_backend($1)", [pid]);
    await assert.rejects(running, (error: Error) => !error.message.startsWith("not all partitions"));
    await client.query("rollback");
    assert.ok(!warnings.some((fields) => "table" in fields));
    await other.end().catch(() => undefined);
  });
});
