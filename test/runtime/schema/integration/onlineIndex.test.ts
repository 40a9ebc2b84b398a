import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { Client } from "pg";
import { startPostgres, type PostgresCluster } from "../../../../local/servers/postgres.ts";
import { silent } from "../../../../runtime/src/schema/logger.ts";
import { applyMigrations } from "../../../../runtime/src/schema/migrations.ts";
import { maintainPartitions } from "../../../../runtime/src/schema/partitions/partitions.ts";
import { until } from "../../../support/until.ts";
import { assertAllInPlace } from "../support/audit.ts";
import { all, one } from "../support/server.ts";
import { startWriters } from "../support/writers.ts";

const names = [
  "idx_executions_workflow_status",
  "idx_executions_workflow_created",
  "idx_active_workflows",
  "idx_workflow_stats",
  "idx_audit_logs_user_timestamp",
];
const now = () => new Date("2026-11-15T12:00:00Z");

describe("indexes, made while the tables are in use", function () {
  this.timeout(300_000);
  let cluster: PostgresCluster;
  let client: Client;
  const opened: Client[] = [];

  const open = async (): Promise<Client> => {
    const one = new Client({ connectionString: cluster.primary.url });
    one.on("error", () => undefined);
    await one.connect();
    opened.push(one);
    return one;
  };

  before(async () => {
    cluster = await startPostgres();
  });
  after(() => cluster.stop());

  beforeEach(async () => {
    client = await open();
    await client.query("drop schema public cascade; create schema public");
    await applyMigrations(client, { logger: silent, count: 1 });
    await maintainPartitions(client, { now, logger: silent });
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.end()));
  });

  const assertComplete = async (): Promise<void> => {
    const valid =
      "select indexrelid::regclass::text as name from pg_index where indisvalid and indexrelid::regclass::text = any($1)";
    const found = await all<{ name: string }>(client, valid, [names]);
    assert.deepEqual(found.map(({ name }) => name).toSorted(), names.toSorted());
    assert.equal(await one(client, "select count(*)::int from pg_index where not indisvalid"), 0);
    const attached = `select count(*)::int from pg_inherits where inhparent = 'idx_audit_logs_user_timestamp'::regclass`;
    const partitions = "select count(*)::int from pg_inherits where inhparent = 'audit_logs'::regclass";
    assert.equal(await one(client, attached), await one(client, partitions));
  };

  it("fails no insert of the writers that run meanwhile", async () => {
    await client.query(
      `insert into audit_logs (created_at, user_id, action, entity)
       select '2026-11-10', gen_random_uuid(), 'ran', 'workflow' from generate_series(1, 50000)`,
    );
    const writers = await startWriters(cluster.primary.url, 3, now);
    try {
      await until("writers write", () => writers.written.length > 50, 60);
      const before = writers.written.length;
      const started = performance.now();
      await applyMigrations(client, { logger: silent });
      const seconds = (performance.now() - started) / 1000;
      const during = writers.written.length - before;
      console.info(
        `      ${seconds.toFixed(1)} s, ${during} inserts meanwhile, slowest ${Math.round(writers.slowest())} ms`,
      );
      assert.ok(during > 0);
    } finally {
      await writers.stop();
    }
    assert.deepEqual(writers.errors, []);
    await assertComplete();
    await client.query("delete from audit_logs where created_at = '2026-11-10'");
    await assertAllInPlace(client, writers.written);
  });

  /** A build that waits for an open transaction of a writer, and is cancelled there: its index stays behind, INVALID. */
  const interrupt = async (statement: string, name: string, write: string): Promise<void> => {
    const [writer, builder] = [await open(), await open()];
    await writer.query(`begin; ${write}`);
    const pid = await one(builder, "select pg_backend_pid()");
    const building = builder.query(statement).then(
      () => undefined,
      (error: unknown) => error as { code?: string },
    );
    const left = "select count(*)::int from pg_index where indexrelid = to_regclass($1) and not indisvalid";
    await until("the build waits", async () => (await one(client, left, [name])) === 1, 60);
    await client.query("select pg_cancel_backend($1)", [pid]);
    assert.equal((await building)?.code, "57014");
    await writer.query("rollback");
    assert.equal(await one(client, left, [name]), 1);
  };

  it("mends what an interrupted build left", async () => {
    const table = "workflows";
    const write = `insert into ${table} (user_id, name) values ('${randomUUID()}', 'open')`;
    await interrupt(
      `create index concurrently idx_active_workflows on ${table} (user_id) where is_active`,
      "idx_active_workflows",
      write,
    );
    await applyMigrations(client, { logger: silent });
    await assertComplete();
  });

  it("mends what an interrupted build left on a partition, and keeps what was done", async () => {
    await applyMigrations(client, { logger: silent, count: 1 });
    await client.query("create index idx_audit_logs_user_timestamp on only audit_logs (user_id, created_at desc)");
    const done = "audit_logs_2026_11_idx_audit_logs_user_timestamp";
    await client.query(`create index ${done} on audit_logs_2026_11 (user_id, created_at desc)`);
    await client.query(`alter index idx_audit_logs_user_timestamp attach partition ${done}`);
    const oid = await one(client, "select to_regclass($1)::oid", [done]);
    const broken = "audit_logs_2026_12_idx_audit_logs_user_timestamp";
    await interrupt(
      `create index concurrently ${broken} on audit_logs_2026_12 (user_id, created_at desc)`,
      broken,
      "insert into audit_logs (created_at, action, entity) values ('2026-12-15', 'ran', 'workflow')",
    );
    await applyMigrations(client, { logger: silent });
    await assertComplete();
    assert.equal(await one(client, "select to_regclass($1)::oid", [done]), oid);
  });

  it("covers a partition that appears between two attempts", async () => {
    await applyMigrations(client, { logger: silent, count: 1 });
    await client.query("create index idx_audit_logs_user_timestamp on only audit_logs (user_id, created_at desc)");
    await maintainPartitions(client, { now: () => new Date("2026-12-15T00:00:00Z"), logger: silent });
    await applyMigrations(client, { logger: silent });
    await assertComplete();
  });

  it("lets two runners on at once: one works, the other waits without being waited for", async () => {
    const other = await open();
    const applied = await Promise.all([
      applyMigrations(client, { logger: silent }),
      applyMigrations(other, { logger: silent }),
    ]);
    assert.deepEqual(applied.flat(), ["0002_indexes", "0003_audit_index"]);
    await assertComplete();
  });

  it("waits for a lock half a second at a time, and goes on once it is free", async () => {
    await applyMigrations(client, { logger: silent, count: 1 });
    const holder = await open();
    await holder.query(
      "begin; insert into audit_logs (created_at, action, entity) values ('2026-11-15', 'ran', 'workflow')",
    );
    let attempts = 0;
    const logger = { ...silent, warn: () => (attempts += 1) };
    const applying = applyMigrations(client, { logger });
    await until("it has tried in vain twice", () => attempts >= 2, 60);
    await holder.query("commit");
    await applying;
    await assertComplete();
  });
});
