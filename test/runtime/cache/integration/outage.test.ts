import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { startRedisCluster, type RedisCluster } from "../../../../local/servers/redis.ts";
import { createCache, type Cache } from "../../../../runtime/src/cache/index.ts";
import { until } from "../../../support/until.ts";
import { figures } from "../support/fleet.ts";

describe("a cache whose Redis is down", function () {
  this.timeout(300_000);
  let cluster: RedisCluster | undefined;
  let first: Cache;
  let second: Cache;
  let version = 1;
  const read = (cache: Cache, key: string): Promise<number> => cache.getOrLoad(key, () => Promise.resolve(version));

  before(async () => {
    cluster = await startRedisCluster();
    const redisUrls = cluster.urls.slice(0, 2);
    first = await createCache({ redisUrls });
    second = await createCache({ redisUrls });
    await until("both are connected", () => first.status().redisConnected && second.status().redisConnected, 30);
  });
  after(async () => {
    await first.close();
    await second.close();
    await cluster?.stop();
  });

  it("answers right values from the source at once, and recovers by itself", async () => {
    const keys = Array.from({ length: 50 }, (_, index) => `key-${index}`);
    for (const key of keys) assert.equal(await read(first, key), 1);
    assert.ok((await Promise.all(keys.map((key) => second.get(key)))).every((value) => value === 1));

    await Promise.all(cluster!.nodes.map((node) => node.kill()));
    await until("the loss is noticed", () => !first.status().redisConnected && !second.status().redisConnected, 30);
    version = 2;
    await first.invalidate({ keys });
    const times: number[] = [];
    for (const key of keys) {
      const startedAt = performance.now();
      assert.equal(await read(first, key), 2, "at once for who invalidated it");
      times.push(performance.now() - startedAt);
    }
    await delay(1000);
    for (const key of keys) assert.equal(await read(second, key), 2, "within a second for others");
    console.info(`      all members down, reads: ${figures(times)}`);

    // What the members had stored is gone, as they keep nothing on disk; the outage with data is the single member's.
    await Promise.all(cluster!.nodes.map((node) => node.start()));
    await until("both are connected again", () => first.status().redisConnected && second.status().redisConnected, 120);
    version = 3;
    await second.invalidate({ keys });
    for (const key of keys) assert.equal(await read(second, key), 3);
    await until("the other one follows", async () => (await read(first, "key-0")) === 3, 10);
    await until("values are shared again", async () => {
      await read(second, "shared");
      return (await first.get("shared")) === 3;
    });
  });
});

describe("a cache that starts without Redis", function () {
  this.timeout(60_000);

  it("works", async () => {
    const startedAt = performance.now();
    // Nothing listens on the discard port.
    const cache = await createCache({ redisUrls: ["redis://127.0.0.1:9"] });
    try {
      assert.equal(await cache.getOrLoad("key", () => Promise.resolve(1)), 1);
      assert.equal(await cache.get("absent"), undefined);
      await cache.set("key", 2);
      assert.equal(await cache.get("key"), 2);
      await cache.invalidate({ keys: ["key"] });
      assert.equal(await cache.getOrLoad("key", () => Promise.resolve(3)), 3);
      assert.equal(cache.status().redisConnected, false);
      console.info(`      start and five calls without Redis: ${(performance.now() - startedAt).toFixed(0)} ms`);
    } finally {
      await cache.close();
    }
  });
});
