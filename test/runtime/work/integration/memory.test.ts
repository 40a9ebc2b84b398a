import assert from "node:assert/strict";
import { join } from "node:path";
import { runCommand } from "../../../../local/command.ts";
import { repositoryRoot } from "../../../../local/paths.ts";
import { startPostgres, type PostgresCluster } from "../../../../local/servers/postgres.ts";

interface Reading {
  readonly rows: number;
  readonly peakHeapMegabytes: number;
  readonly peakRssMegabytes: number;
}

describe("a million rows of the real PostgreSQL", function () {
  this.timeout(600_000);
  let postgres: PostgresCluster;

  before(async function () {
    // The first run on a machine unpacks the servers.
    this.timeout(30 * 60_000);
    postgres = await startPostgres();
  });
  after(() => postgres.stop());

  async function read(way: string, rows: number, flags: readonly string[] = []): Promise<Reading> {
    const script = join(repositoryRoot, "runtime", "bench", "readRows.ts");
    const env = { ...process.env, DATABASE_URL: postgres.primary.url, ROWS: String(rows) };
    return JSON.parse(await runCommand(process.execPath, [...flags, script, way], { env })) as Reading;
  }

  it("are streamed in a heap that could not hold a tenth of them", async () => {
    // Without a bound the collector is lazy, and what it has not collected yet would be measured.
    const streamed = await read("stream", 1_000_000, ["--max-old-space-size=32"]);
    const collected = await read("query", 100_000);
    console.info(
      `      peak of the heap: ${streamed.peakHeapMegabytes} MB for a million streamed, ${collected.peakHeapMegabytes} MB for a tenth of them collected; resident ${streamed.peakRssMegabytes} MB`,
    );
    assert.equal(streamed.rows, 1_000_000);
    assert.ok(streamed.peakHeapMegabytes < 48);
    assert.ok(streamed.peakHeapMegabytes < collected.peakHeapMegabytes);
  });

  it("need a heap that grows with them when they are collected", async () => {
    await assert.rejects(read("query", 1_000_000, ["--max-old-space-size=32"]), /heap/);
  });
});
