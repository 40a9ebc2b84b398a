import assert from "node:assert/strict";
import { Client } from "pg";
import { startPgbouncer, type Pgbouncer } from "../../../../local/servers/pgbouncer.ts";
import { askPostgres, startPostgres, type PostgresCluster } from "../../../../local/servers/postgres.ts";
import { streamRows } from "../../../../runtime/src/work/index.ts";
import { until } from "../../../support/until.ts";
import { pooledSource, type PooledSource } from "../support/source.ts";

interface Row {
  readonly n: number;
}

const numbers = "select n from generate_series(1, $1::int) n order by n";

async function collect(rows: AsyncIterable<Row>): Promise<number[]> {
  const found: number[] = [];
  for await (const { n } of rows) found.push(n);
  return found;
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe("streamRows on the real PostgreSQL", function () {
  this.timeout(300_000);
  let postgres: PostgresCluster;
  let pgbouncer: Pgbouncer;
  const ways = ["directly", "through PgBouncer"] as const;
  const sources = new Map<(typeof ways)[number], PooledSource>();

  before(async function () {
    // The first run on a machine unpacks the servers.
    this.timeout(30 * 60_000);
    postgres = await startPostgres();
    const { host, port } = postgres.primary;
    pgbouncer = await startPgbouncer({
      databases: { ro: { host, port, database: "postgres" } },
      settings: ["default_pool_size = 2", "query_wait_timeout = 30"],
    });
  });
  beforeEach(() => {
    sources.set("directly", pooledSource({ connectionString: postgres.primary.url }));
    sources.set("through PgBouncer", pooledSource({ connectionString: pgbouncer.url("ro") }));
  });
  afterEach(async () => {
    for (const { pool } of sources.values()) await pool.end();
  });
  after(async () => {
    await pgbouncer.stop();
    await postgres.stop();
  });

  /** Nothing is open on any server connection, besides the one that asks. */
  const idle = (): Promise<void> =>
    until(
      "no transaction is open",
      async () =>
        (await askPostgres(
          postgres.primary.url,
          "select count(*)::int as value from pg_stat_activity where xact_start is not null and backend_type = 'client backend' and pid <> pg_backend_pid()",
        )) === 0,
      60,
    );

  for (const way of ways) {
    describe(way, () => {
      let source: PooledSource;
      beforeEach(() => {
        source = sources.get(way)!;
      });

      for (const { count, batchSize } of [
        { count: 0, batchSize: 10 },
        { count: 9, batchSize: 10 },
        { count: 10, batchSize: 10 },
        { count: 11, batchSize: 10 },
        { count: 3, batchSize: 1 },
      ]) {
        it(`gives ${count} rows in batches of ${batchSize}`, async () => {
          assert.deepEqual(await collect(streamRows<Row>(source, numbers, [count], { batchSize })), upTo(count));
          assert.deepEqual(source.released, [false]);
          await idle();
        });
      }

      it("runs the statement anew for each loop", async () => {
        const rows = streamRows<Row>(source, numbers, [3]);
        assert.deepEqual([await collect(rows), await collect(rows)], [upTo(3), upTo(3)]);
      });

      it("keeps streams apart that run at the same time on the pooler's two connections", async () => {
        const counts = [700, 900, 300, 800];
        const own = pooledSource({ ...source.pool.options, max: 4 });
        const found = await Promise.all(
          counts.map((count) => collect(streamRows<Row>(own, numbers, [count], { batchSize: 7 }))),
        );
        await own.pool.end();
        assert.deepEqual(found, counts.map(upTo));
      });

      it("gives the connection back after a break, fit for use", async () => {
        for await (const { n } of streamRows<Row>(source, numbers, [100_000], { batchSize: 10 })) if (n === 15) break;
        assert.deepEqual(source.released, [false]);
        await idle();
        const { rows } = await source.pool.query<{ one: number }>("select 1 as one");
        assert.equal(rows[0]?.one, 1);
      });

      it("gives it back after an error of the loop's own", async () => {
        await assert.rejects(async () => {
          for await (const { n } of streamRows<Row>(source, numbers, [1000])) if (n === 5) throw new Error("mine");
        }, /mine/);
        assert.deepEqual(source.released, [false]);
        await idle();
      });

      const refusals = [
        { name: "a statement that is none", text: "selekt 1", code: "42601" },
        { name: "a statement that fails at a later row", text: "select 1 / (20 - n) as n from generate_series(1, 30) n", code: "22012" },
        { name: "a statement that writes", text: "create table never (n int)", code: "25006" },
      ]; // prettier-ignore
      for (const { name, text, code } of refusals) {
        it(`rejects ${name}, and gives the connection back fit for use`, async () => {
          await assert.rejects(collect(streamRows<Row>(source, text, [], { batchSize: 5 })), { code });
          assert.deepEqual(source.released, [false]);
          await idle();
          assert.deepEqual(await collect(streamRows<Row>(source, numbers, [2])), [1, 2]);
        });
      }

      it("ends at the next row after an abort, the connection fit for use", async () => {
        const stop = new AbortController();
        const reason = new Error("client left");
        const seen: number[] = [];
        await assert.rejects(async () => {
          for await (const { n } of streamRows<Row>(source, numbers, [1000], { signal: stop.signal })) {
            seen.push(n);
            if (n === 3) stop.abort(reason);
          }
        }, reason);
        assert.deepEqual(seen, [1, 2, 3]);
        assert.deepEqual(source.released, [false]);
        await idle();
      });

      it("closes the connection when it is aborted while the server works", async () => {
        const stop = new AbortController();
        const slow = "select 1 as n, pg_sleep(2)";
        const result = collect(streamRows<Row>(source, slow, [], { signal: stop.signal }));
        const rejected = assert.rejects(result, { name: "AbortError" });
        await until(
          "the server sleeps",
          async () =>
            (await askPostgres(
              postgres.primary.url,
              "select count(*)::int as value from pg_stat_activity where wait_event = 'PgSleep'",
            )) === 1,
        );
        stop.abort();
        await rejected;
        assert.deepEqual(source.released, [true]);
        // What the server computes it finishes first: it learns of the closed connection when it answers.
        await idle();
      });

      it("opens nothing when the signal has aborted before", async () => {
        await assert.rejects(collect(streamRows<Row>(source, numbers, [1], { signal: AbortSignal.abort() })), {
          name: "AbortError",
        });
        assert.deepEqual(source.released, []);
      });

      it("rejects and closes the connection when the server ends it between two batches", async () => {
        await assert.rejects(async () => {
          for await (const { n } of streamRows<Row>(source, numbers, [100_000], { batchSize: 10 }))
            if (n === 10) await endOthers();
        });
        assert.deepEqual(source.released, [true]);
      });
    });
  }

  /** Ends every client's connection, as a failover does, and returns when they have gone. */
  async function endOthers(): Promise<void> {
    const others = "from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()";
    await askPostgres(postgres.primary.url, `select count(pg_terminate_backend(pid))::int as value ${others}`);
    await until(
      "they have gone",
      async () => (await askPostgres(postgres.primary.url, `select count(*)::int as value ${others}`)) === 0,
      60,
    );
  }

  it("is under statement_timeout as one statement, pauses of its reader included", async () => {
    // What a user of streams must know: measured here, so that the guide stays true.
    const source = pooledSource({ connectionString: postgres.primary.url, statement_timeout: 300 });
    const client = new Client({ connectionString: postgres.primary.url });
    await client.connect();
    try {
      await assert.rejects(
        async () => {
          for await (const { n } of streamRows<Row>(source, numbers, [100_000], { batchSize: 10 }))
            if (n === 10) await client.query("select pg_sleep(1)");
        },
        { code: "57014" },
      );
    } finally {
      await client.end();
      await source.pool.end();
    }
  });
});
