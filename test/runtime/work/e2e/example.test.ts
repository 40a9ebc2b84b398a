import assert from "node:assert/strict";
import { join } from "node:path";
import { runCommand } from "../../../../local/command.ts";
import { repositoryRoot } from "../../../../local/paths.ts";
import { startPostgres, type PostgresCluster } from "../../../../local/servers/postgres.ts";

describe("the example of work", function () {
  this.timeout(120_000);
  let postgres: PostgresCluster;

  before(async function () {
    // The first run on a machine unpacks the servers.
    this.timeout(30 * 60_000);
    postgres = await startPostgres();
  });
  after(() => postgres.stop());

  it("streams, batches and works in parallel on the real PostgreSQL, and ends", async () => {
    const env = { ...process.env, DATABASE_URL: postgres.primary.url };
    const script = join(repositoryRoot, "runtime", "examples", "work.ts");
    assert.deepEqual((await runCommand(process.execPath, [script], { env })).trim().split("\n"), [
      "sum of a million rows: 500000500000",
      "[ 'user 7', 'user 8', 'user 7', undefined ] by 1 query",
      "1 4 9 16 25 36 49 64",
    ]);
  });
});
