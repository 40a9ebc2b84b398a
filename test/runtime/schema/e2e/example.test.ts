import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../../../local/paths.ts";
import { temporaryFolder } from "../../../../local/process.ts";
import { startPostgres, type PostgresCluster } from "../../../../local/servers/postgres.ts";
import { runProgram } from "../support/run.ts";

describe("the example of the schema", function () {
  this.timeout(300_000);
  let cluster: PostgresCluster;
  before(async () => {
    cluster = await startPostgres();
  });
  after(() => cluster.stop());

  it("makes the tables and says so, and finds nothing to do the second time", async () => {
    const folder = temporaryFolder("example");
    const [username, password] = [join(folder, "username"), join(folder, "password")];
    writeFileSync(username, "postgres\n");
    writeFileSync(password, "not asked for\n");
    const { host, port } = cluster.primary;
    const server = { DATABASE_HOST: host, DATABASE_PORT: `${port}`, DATABASE_NAME: "postgres" };
    const variables = { ...server, DATABASE_USERNAME_FILE: username, DATABASE_PASSWORD_FILE: password };
    const run = () => runProgram(join(repositoryRoot, "runtime/examples/schema.ts"), [], variables);
    const first = await run();
    assert.match(first.output, /^applied: 0001_tables, 0002_indexes, 0003_audit_index$/m);
    assert.match(first.output, /^4 partitions made, 0 rows moved$/m);
    assert.equal(first.lines.filter(({ message }) => message === "partition made").length, 4);
    assert.equal(first.code, 0);
    assert.equal((await run()).output, "applied: \n0 partitions made, 0 rows moved\n");
  });
});
