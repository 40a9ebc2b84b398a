import assert from "node:assert/strict";
import { createClient } from "redis";
import { startRedis, type RedisServer } from "../../../../local/servers/redis.ts";
import { createCache, type Cache } from "../../../../runtime/src/cache/index.ts";
import { until } from "../../../support/until.ts";

describe("a cache on a Redis in which somebody else writes too", function () {
  this.timeout(120_000);
  let redis: RedisServer | undefined;
  let cache: Cache;
  let client: ReturnType<typeof createClient>;
  const warnings: string[] = [];

  before(async () => {
    redis = await startRedis();
    client = createClient({ url: redis.url });
    client.on("error", () => undefined);
    await client.connect();
    const silent = (): void => undefined;
    const warn = (_: object, message: string): void => void warnings.push(message);
    cache = await createCache({
      redisUrls: [redis.url],
      logger: { debug: silent, info: silent, warn, error: silent },
    });
    await until("it is connected", () => cache.status().redisConnected, 30);
  });
  after(async () => {
    await cache.close();
    client.destroy();
    await redis?.stop();
  });

  for (const [what, text] of [
    ["short text", "x"],
    ["JSON of another form", '{"name":"something that is not ours, longer than 30"}'],
    ["text in another alphabet", "ÄÖÜäöü ÄÖÜäöü ÄÖÜäöü ÄÖÜäöü"],
    ["damaged value", '{"id":"0123456789012345678901","graceMs":0,"tags":{},"val'],
  ] as const)
    it(`replaces a ${what} at once`, async () => {
      const key = `strange ${what}`;
      await client.set(`cache:1:v:{${key}}`, text);
      assert.equal(await cache.get(key), undefined);
      const loaded = cache.getOrLoad(key, () => Promise.resolve("loaded"));
      // Far less than the 30 s for which a busy lease would be waited for.
      let answered = false;
      void loaded.then(() => (answered = true));
      await until("it is answered", () => answered, 15);
      assert.match((await client.get(`cache:1:v:{${key}}`)) ?? "", /"value":"loaded"/);
    });

  it("goes on after a message that is none of ours, and believes its memory no longer", async () => {
    let loads = 0;
    const read = (): Promise<number> => cache.getOrLoad("gap", () => Promise.resolve(++loads));
    await read();
    await client.del("cache:1:v:{gap}");
    await client.publish("cache:1:invalidated", "hello");
    await until("it is loaded anew", async () => (await read()) === 2);
    assert.deepEqual([warnings, cache.status().redisConnected], [[], true]);
  });

  it("says once why it has no Redis, and no password", async () => {
    const told: string[] = [];
    const silent = (): void => undefined;
    const warn = (...line: unknown[]): void => void told.push(JSON.stringify(line));
    await client.sendCommand(["CONFIG", "SET", "requirepass", "right"]);
    const refused = await createCache({
      redisUrls: [redis!.url.replace("//", "//:wrong@")],
      logger: { debug: silent, info: silent, warn, error: silent },
    });
    try {
      await until("it is said", () => told.length > 0);
      assert.match(told[0]!, /WRONGPASS/);
      assert.ok(!told.some((line) => line.includes("wrong")));
      assert.equal(told.length, 1);
    } finally {
      await refused.close();
      await client.sendCommand(["CONFIG", "SET", "requirepass", ""]);
    }
  });
});
