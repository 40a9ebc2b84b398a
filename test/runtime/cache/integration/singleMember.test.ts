import assert from "node:assert/strict";
import { createClient } from "redis";
import { startRedis, type RedisServer } from "../../../../local/servers/redis.ts";
import { createCache, type Cache } from "../../../../runtime/src/cache/index.ts";
import { until } from "../../../support/until.ts";

/** As the platform's smallest size has it: cluster mode, all slots, and what was written survives a crash. */
async function startMember(): Promise<RedisServer> {
  const redis = await startRedis(["--cluster-enabled", "yes", "--appendonly", "yes", "--appendfsync", "always"]);
  const client = createClient({ url: redis.url });
  await client.connect();
  await client.sendCommand(["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]);
  await until("it serves all slots", async () =>
    (await client.sendCommand<string>(["CLUSTER", "INFO"])).includes("state:ok"),
  );
  client.destroy();
  return redis;
}

describe("two processes' caches on a single Redis with cluster mode on", function () {
  this.timeout(180_000);
  let redis: RedisServer | undefined;
  let first: Cache;
  let second: Cache;
  let version = 1;
  const read = (cache: Cache, key: string): Promise<number> =>
    cache.getOrLoad(key, () => Promise.resolve(version), { tags: ["all"] });
  const connected = (): boolean => first.status().redisConnected && second.status().redisConnected;

  before(async () => {
    redis = await startMember();
    first = await createCache({ redisUrls: [redis.url] });
    second = await createCache({ redisUrls: [redis.url] });
    await until("both are connected", connected, 30);
  });
  after(async () => {
    await first.close();
    await second.close();
    await redis?.stop();
  });

  it("share values and invalidations", async () => {
    assert.equal(await read(first, "shared"), 1);
    assert.equal(await second.get("shared"), 1);
    version = 2;
    await second.invalidate({ tags: ["all"] });
    assert.equal(await read(second, "shared"), 2);
    await until("the other one follows", async () => (await read(first, "shared")) === 2);
  });

  for (const what of ["keys", "tags"] as const)
    it(`do not believe a value that was invalidated by its ${what} while the member was down`, async () => {
      const key = `outlived by ${what}`;
      const before = ++version;
      assert.equal(await read(first, key), before);
      assert.equal(await second.get(key), before);
      await redis!.node.kill();
      await until("the loss is noticed", () => !connected(), 30);
      version++;
      await first.invalidate(what === "keys" ? { keys: [key] } : { tags: ["all"] });
      // The other process may answer from memory for a second.
      await until("the other one asks the source", async () => (await read(second, key)) === version);
      await redis!.node.start();
      const seen = new Set<number>();
      await until(
        "the member is used again",
        async () => {
          seen.add(await read(first, key)).add(await read(second, key));
          return connected();
        },
        30,
      );
      const deadline = Date.now() + 4000;
      await until("the doubt is over", async () => {
        seen.add(await read(first, key)).add(await read(second, key));
        return Date.now() > deadline;
      });
      assert.deepEqual([...seen], [version]);
    });
});
