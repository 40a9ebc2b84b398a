import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { Client } from "pg";
import { startPgbouncer, type Pgbouncer } from "../../../local/servers/pgbouncer.ts";
import { startPostgres, type PostgresCluster } from "../../../local/servers/postgres.ts";
import { startRabbitmq } from "../../../local/servers/rabbitmq.ts";
import { startRedisCluster } from "../../../local/servers/redis.ts";

async function query<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

const gone = (pid: number): boolean => !existsSync(`/proc/${pid}`);

describe("PostgreSQL with two replicas behind PgBouncer", function () {
  this.timeout(120_000);
  let cluster: PostgresCluster;
  let pgbouncer: Pgbouncer;

  before(async () => {
    cluster = await startPostgres({ replicas: 2 });
    const { host, port } = cluster.primary;
    pgbouncer = await startPgbouncer({ databases: { rw: { host, port, database: "postgres" } } });
  });

  after(async () => {
    const pids = [cluster.primary, ...cluster.replicas, pgbouncer.node].map((node) => node.process.pid);
    await pgbouncer.stop();
    await cluster.stop();
    assert.deepEqual(pids.map(gone), [true, true, true, true]);
  });

  it("streams what is written through the pooler to every replica", async () => {
    await query(pgbouncer.url("rw"), "create table jobs as select 7 as id");
    const [{ lsn } = { lsn: "" }] = await query<{ lsn: string }>(
      cluster.primary.url,
      "select pg_current_wal_lsn()::text as lsn",
    );
    for (const replica of cluster.replicas) {
      await query(
        replica.url,
        `do $$ begin while pg_last_wal_replay_lsn() < '${lsn}' loop perform pg_sleep(0.01); end loop; end $$`,
      );
      assert.deepEqual(await query(replica.url, "select id from jobs"), [{ id: 7 }]);
    }
  });

  it("lets a replica refuse a write", async () => {
    await assert.rejects(query(cluster.replicas[0]!.url, "create table no (id int)"), { code: "25006" });
  });

  it("comes back with its data after a crash", async () => {
    await cluster.primary.kill();
    await cluster.primary.start();
    assert.deepEqual(await query(cluster.primary.url, "select count(*)::int as n from jobs"), [{ n: 1 }]);
  });
});

describe("clusters", function () {
  this.timeout(180_000);

  it("three RabbitMQ nodes know each other", async () => {
    const cluster = await startRabbitmq({ nodes: 3 });
    try {
      const status = JSON.parse(await cluster.ctl(["cluster_status", "--formatter", "json"])) as {
        running_nodes: string[];
      };
      assert.equal(status.running_nodes.length, 3);
    } finally {
      await cluster.stop();
    }
    assert.ok(cluster.nodes.every((node) => gone(node.process.pid)));
  });

  it("three Redis masters with a replica each cover all slots", async () => {
    const cluster = await startRedisCluster();
    try {
      assert.equal(cluster.nodes.length, 6);
    } finally {
      await cluster.stop();
    }
    assert.ok(cluster.nodes.every((node) => gone(node.process.pid)));
  });
});
