import assert from "node:assert/strict";
import { createDatabase, type Database, type DatabaseOptions } from "../../../../runtime/src/database/index.ts";
import { until } from "../../../support/until.ts";
import { schema, statements } from "../support/statements.ts";
import { startServers, timesLogged, type Servers } from "../support/servers.ts";

const inRotation = (database: Database) => () => database.status().every((server) => server.inRotation);

describe("routing on a primary and two replicas", function () {
  this.timeout(600_000);
  let servers: Servers;

  before(async () => {
    servers = await startServers();
    const { primary, replicas } = servers.cluster;
    await servers.ask(primary, schema);
    for (const node of [primary, ...replicas]) {
      await servers.ask(node, "alter system set log_statement = 'all'");
      await servers.ask(node, "select pg_reload_conf()");
    }
  });
  after(() => servers.stop());

  const connections: { name: string; options: () => DatabaseOptions }[] = [
    { name: "directly", options: () => servers.direct },
    { name: "through PgBouncer in transaction mode", options: () => servers.pooled },
  ];

  for (const { name: how, options } of connections) {
    describe(how, () => {
      let database: Database;
      const fallbacks: string[] = [];

      before(async () => {
        await servers.ask(servers.cluster.primary, "truncate marks");
        const telemetry = {
          query: () => undefined,
          retry: () => undefined,
          fallback: (why: string) => fallbacks.push(why),
        };
        database = createDatabase({ ...options(), telemetry });
        await until("all servers are in rotation", inRotation(database), 60);
        // Known functions: until then a call of any belongs to the primary.
        await until(
          "the catalog is known",
          async () => {
            const { rows } = await database.query<{ standby: boolean }>(
              "select peek(), current_setting('in_hot_standby') = 'on' as standby",
            );
            return rows[0]!.standby;
          },
          60,
        );
      });
      after(() => database.close());

      const landed = (mark: string): { primary: number; replica: number } => ({
        primary: timesLogged(servers.cluster.primary, mark),
        replica: servers.cluster.replicas.reduce((sum, node) => sum + timesLogged(node, mark), 0),
      });

      for (const { name, sql, lands, values } of statements) {
        it(`${name}: ${lands}`, async () => {
          const mark = `/* ${how}: ${name}. */`;
          const text = `${sql.replaceAll("NAME", name)} ${mark}`;
          // The second time it comes from memory.
          await database.query(text, values);
          await database.query(text, values);
          const expected = {
            replica: { primary: 0, replica: 2 },
            primary: { primary: 2, replica: 0 },
            refused: { primary: 2, replica: 1 },
          };
          assert.deepEqual(landed(mark), expected[lands]);
        });
      }

      it("has run each write exactly as often as it was called", async () => {
        const rows = await servers.ask(
          servers.cluster.primary,
          "select name, count(*)::int from marks group by name order by name",
        );
        const expected = statements
          .filter(({ writes }) => writes !== undefined)
          .map(({ name, writes = 0 }) => ({ name, count: 2 * writes }))
          .toSorted((one, other) => (one.name < other.name ? -1 : 1));
        assert.deepEqual(rows, expected);
        const refused = statements.filter(({ lands }) => lands === "refused").length;
        // The second time the refusal is remembered.
        assert.deepEqual(
          fallbacks,
          Array.from({ length: refused }, () => "refused"),
        );
        console.info(
          `      ${statements.length} statements, each twice, ${how}: all where they belong, no write lost or doubled`,
        );
      });

      it("reads on both replicas", async () => {
        // At once, so that each has a connection of its own.
        const reads = Array.from({ length: 8 }, () =>
          database.query<{ port: number }>("select inet_server_port() as port from pg_sleep(0.3)"),
        );
        const ports = (await Promise.all(reads)).map(({ rows }) => rows[0]!.port);
        assert.deepEqual(new Set(ports), new Set(servers.cluster.replicas.map(({ port }) => port)));
      });

      it("sends a read that the caller knows to a replica without looking at it, and a write to the primary", async () => {
        const [read, written] = [`/* ${how}: read. */`, `/* ${how}: write. */`];
        await database.read(`select twice(1) ${read}`);
        await database.write(`select 1 ${written}`);
        assert.deepEqual(
          [landed(read), landed(written)],
          [
            { primary: 0, replica: 1 },
            { primary: 1, replica: 0 },
          ],
        );
      });

      it("does on the primary what a caller wrongly called a read", async () => {
        const mark = `/* ${how}: wrong. */`;
        const text = `insert into marks values ('wrong ${how}') ${mark}`;
        await database.read(text);
        await database.read(text);
        assert.deepEqual(landed(mark), { primary: 2, replica: 1 });
        const rows = await servers.ask(
          servers.cluster.primary,
          `select count(*)::int from marks where name = 'wrong ${how}'`,
        );
        assert.deepEqual(rows, [{ count: 2 }]);
      });
    });
  }
});
