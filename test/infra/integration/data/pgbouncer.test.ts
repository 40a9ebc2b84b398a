import assert from "node:assert/strict";
import type { Client } from "pg";
import { until } from "../../../support/until.ts";
import { startDatabase, type Database } from "./support/database.ts";

const poolSize = 3;

const one = async (client: Client, query: string): Promise<unknown> => {
  const { rows } = await client.query<Record<string, unknown>>(query);
  return Object.values(rows[0] ?? {})[0];
};

const closeAll = (clients: readonly Client[]): Promise<unknown> => Promise.all(clients.map((client) => client.end()));

describe("PgBouncer before a primary and two replicas, by the shipped configuration", function () {
  this.timeout(600_000);
  let database: Database;

  before(async () => {
    database = await startDatabase({ replicas: 2, poolSize });
  });
  after(() => database.remove());

  const several = (count: number, name: string, pooler = database.pooler): Promise<Client[]> =>
    Promise.all(Array.from({ length: count }, () => pooler.connect(name)));

  it("has two replicas that stream over TLS, each from a slot of its own", async () => {
    const client = await database.connect({ host: database.primary, user: "postgres", database: "postgres" });
    const streaming =
      "select count(*)::int from pg_stat_replication join pg_stat_ssl using (pid) where ssl and state = 'streaming'";
    await until("both replicas stream", async () => (await one(client, streaming)) === 2, 120);
    const { rows } = await client.query("select slot_name from pg_replication_slots where active order by 1");
    assert.deepEqual(rows, [{ slot_name: "postgres_1" }, { slot_name: "postgres_2" }]);
    await client.end();
  });

  it("writes by rw, and reads the same by ro", async () => {
    const [writer, reader] = [await database.pooler.connect("rw"), await database.pooler.connect("ro")];
    await writer.query("insert into jobs values (1)");
    await until("the replicas have it", async () => (await one(reader, "select count(*)::int from jobs")) === 1, 60);
    await closeAll([writer, reader]);
  });

  it("refuses a write by ro as PostgreSQL does", async () => {
    const client = await database.pooler.connect("ro");
    await assert.rejects(client.query("insert into jobs values (2)"), { code: "25006" });
    await client.end();
  });

  it("sends readers to both replicas, writers to the primary alone", async () => {
    for (const { name, expected } of [
      { name: "ro", expected: [...database.replicas].toSorted() },
      { name: "rw", expected: [database.primary] },
    ]) {
      const clients = await several(poolSize, name, database.spreader);
      // Within a transaction each has a server connection of its own.
      await Promise.all(clients.map((client) => client.query("begin")));
      const found = await Promise.all(clients.map((client) => one(client, "select host(inet_server_addr())")));
      await Promise.all(clients.map((client) => client.query("rollback")));
      assert.deepEqual([...new Set(found)].toSorted(), expected, name);
      await closeAll(clients);
    }
  });

  it("carries thirty clients on its few connections, each query on whichever is free", async () => {
    const clients = await several(30, "rw");
    const found = await Promise.all(clients.map((client) => one(client, "select pg_backend_pid()")));
    assert.ok(new Set(found).size <= poolSize, `${new Set(found).size} connections`);
    await closeAll(clients);
  });

  it("runs a prepared statement also on a connection that never saw it", async () => {
    const clients = await several(2 * poolSize, "rw");
    const query = { name: "by-id", text: "select $1::int as id", values: [7] };
    for (const client of clients) await client.query(query);
    const results = await Promise.all(clients.map((client) => client.query<{ id: number }>(query)));
    assert.deepEqual(
      results.map(({ rows }) => rows[0]?.id),
      clients.map(() => 7),
    );
    await closeAll(clients);
  });

  it("lets a client wait two seconds for a connection and no longer", async () => {
    const holders = await several(poolSize, "rw");
    await Promise.all(holders.map((client) => client.query("begin; select 1")));
    const waiting = await database.pooler.connect("rw");
    await assert.rejects(waiting.query("select 1"), /query_wait_timeout/);
    await Promise.all(holders.map((client) => client.query("rollback")));
    await closeAll(holders);
  });

  const refusals = [
    { name: "without TLS", config: { ssl: false }, message: /SSL required/ },
    { name: "with a wrong password", config: { password: "wrong" }, message: /authentication failed/ },
    {
      name: "as the exporter to the application's data",
      config: { user: "stats" },
      message: /no authentication method/,
    },
    { name: "to its console as the application", database: "pgbouncer", config: {}, message: /not allowed/ },
  ];
  for (const { name, database: wanted = "rw", config, message } of refusals) {
    it(`refuses a client ${name}`, async () => {
      await assert.rejects(database.pooler.connect(wanted, config), message);
    });
  }

  it("tells the exporter its figures", async () => {
    const client = await database.pooler.connect("pgbouncer", { user: "stats" });
    const { rows } = await client.query<{ name: string; pool_size: number }>("show databases");
    assert.ok(rows.some(({ name }) => name === "ro"));
    await client.end();
  });

  it("refuses a server connection without TLS on PostgreSQL's side", async () => {
    const plain = { host: database.primary, user: "postgres", database: "postgres", ssl: false };
    await assert.rejects(database.connect(plain), /no encryption/);
  });

  it("ends on SIGTERM only once its last client has left", async () => {
    const client = await database.pooler.connect("rw");
    await client.query("begin");
    database.pooler.process.kill("SIGTERM");
    const refused = (): Promise<boolean> =>
      database.pooler.connect("rw").then(
        (late) => late.end().then(() => false),
        () => true,
      );
    await until("newcomers are refused", refused, 60);
    await client.query("insert into jobs values (3)");
    await client.query("commit");
    assert.equal(database.pooler.process.exit(), undefined);
    await client.end();
    assert.deepEqual(await database.pooler.process.exited, { code: 0, signal: null });
  });
});
