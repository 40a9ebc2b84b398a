import assert from "node:assert/strict";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../../../../local/command.ts";
import { repositoryRoot } from "../../../../local/paths.ts";
import { temporaryFolder } from "../../../../local/process.ts";
import { startRedisCluster, type RedisCluster } from "../../../../local/servers/redis.ts";

describe("the example of the cache", function () {
  this.timeout(180_000);
  let cluster: RedisCluster | undefined;
  const folder = temporaryFolder("cache-example");

  before(async () => {
    cluster = await startRedisCluster();
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "url"), `${cluster.urls[0]!}\n`);
    chmodSync(join(folder, "url"), 0o600);
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await cluster?.stop();
  });

  it("loads once, invalidates, loads again and ends", async () => {
    const output = await runCommand(process.execPath, [join(repositoryRoot, "runtime/examples/cache.ts")], {
      timeoutSeconds: 120,
      env: { REDIS_URL_FILE: join(folder, "url") },
    });
    assert.deepEqual(output.trimEnd().split("\n"), [
      "asked the source",
      "nightly report, nightly report, nightly report",
      "asked the source",
      "weekly report",
    ]);
  });
});
