import assert from "node:assert/strict";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../../../../local/command.ts";
import { repositoryRoot } from "../../../../local/paths.ts";
import { temporaryFolder } from "../../../../local/process.ts";
import { startServers, type Servers } from "../support/servers.ts";

describe("the example of the database", function () {
  this.timeout(300_000);
  let servers: Servers;
  const folder = temporaryFolder("database-example");

  before(async () => {
    mkdirSync(folder, { recursive: true });
    for (const [name, content] of Object.entries({ username: "postgres\n", password: "trusted\n" })) {
      writeFileSync(join(folder, name), content);
      chmodSync(join(folder, name), 0o600);
    }
    servers = await startServers();
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await servers.stop();
  });

  it("writes, reads its own write and ends", async () => {
    const output = await runCommand(process.execPath, [join(repositoryRoot, "runtime/examples/database.ts")], {
      timeoutSeconds: 120,
      env: {
        DATABASE_HOST: "127.0.0.1",
        DATABASE_PORT: String(servers.pooled.primary.port),
        DATABASE_READ_WRITE: "rw",
        DATABASE_READ_ONLY: "ro",
        DATABASE_USERNAME_FILE: join(folder, "username"),
        DATABASE_PASSWORD_FILE: join(folder, "password"),
        DATABASE_TLS: "off",
      },
    });
    assert.equal(output, "good morning, hello\n");
  });
});
