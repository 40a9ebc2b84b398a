import pg from "pg";
import { batchLoad, mapParallel, streamRows } from "@jobsprint/runtime/work";

// A Database of @jobsprint/runtime/database lends connections by the same function; a plain pool does it in these lines.
const pool = new pg.Pool({ connectionString: process.env["DATABASE_URL"], max: 5 });
const source = {
  async acquire() {
    const client = await pool.connect();
    return {
      client,
      release: (error?: Error) => {
        client.release(error);
      },
    };
  },
};
// Ends everything below at once, for example when the process has to stop.
const { signal } = new AbortController();

// A million rows, of which a few hundred are in memory at a time.
let sum = 0;
for await (const { n } of streamRows<{ n: number }>(source, "select generate_series(1, $1::int) n", [1e6], { signal }))
  sum += n;
console.log(`sum of a million rows: ${sum}`);

// Single loads of one turn become one query.
let queries = 0;
const names = batchLoad<number, string>(
  async (ids) => {
    queries += 1;
    const text = "select id, 'user ' || id as name from unnest($1::int[]) id where id < 100";
    const { rows } = await pool.query<{ id: number; name: string }>(text, [ids]);
    return new Map(rows.map(({ id, name }) => [id, name]));
  },
  { signal },
);
console.log(await names.loadMany([7, 8, 7, 100]), `by ${queries} query`);

// Five statements running at any time, results in the order of the input.
const squares = await mapParallel(
  [1, 2, 3, 4, 5, 6, 7, 8],
  async (n) => (await pool.query<{ square: number }>("select $1::int * $1::int as square", [n])).rows[0]?.square,
  { concurrency: 5, signal },
);
console.log(squares.join(" "));
await pool.end();
