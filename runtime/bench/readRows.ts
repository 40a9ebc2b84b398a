/**
 * Usage: readRows stream | query | cursor, with DATABASE_URL and ROWS. Reads that many rows in one of three ways and
 * prints one JSON object. A process of its own for each way: what one leaves in memory would be counted for the next.
 */
import { Client } from "pg";
import Cursor from "pg-cursor";
import { streamRows } from "../src/work/index.ts";

interface Row {
  readonly id: number;
  readonly name: string;
  readonly at: Date;
}

const text = "select id, 'workflow ' || id as name, now() as at from generate_series(1, $1::int) id";
const count = Number(process.env["ROWS"] ?? 1_000_000);
const batchSize = 500;
const client = new Client({ connectionString: process.env["DATABASE_URL"] });
let peakHeap = 0;
let read = 0;

/** Between two samples lie as many rows as a test could miss without harm: a thousand are below a megabyte. */
function seen(row: Row): void {
  if (row.id !== ++read) throw new Error(`row ${row.id} came as number ${read}`);
  if (read % 1000 === 0) peakHeap = Math.max(peakHeap, process.memoryUsage().heapUsed);
}

const ways: Readonly<Record<string, () => Promise<void>>> = {
  async stream() {
    const source = { acquire: () => Promise.resolve({ client, release: () => undefined }) };
    for await (const row of streamRows<Row>(source, text, [count], { batchSize })) seen(row);
  },
  async query() {
    const { rows } = await client.query<Row>(text, [count]);
    for (const row of rows) seen(row);
  },
  async cursor() {
    const cursor = client.query(new Cursor<Row>(text, [count]));
    for (let rows = await cursor.read(batchSize); rows.length > 0; rows = await cursor.read(batchSize))
      for (const row of rows) seen(row);
    await cursor.close();
  },
};

const way = ways[process.argv[2] ?? ""];
if (way === undefined) throw new Error(`usage: readRows ${Object.keys(ways).join(" | ")}`);
await client.connect();
const start = performance.now();
await way();
const seconds = (performance.now() - start) / 1000;
await client.end();
const megabytes = (bytes: number): number => Math.round(bytes / 2 ** 20);
console.log(
  JSON.stringify({
    rows: read,
    rowsPerSecond: Math.round(read / seconds),
    peakHeapMegabytes: megabytes(peakHeap),
    // Of the whole process; the system counts it in kilobytes.
    peakRssMegabytes: megabytes(process.resourceUsage().maxRSS * 1024),
  }),
);
