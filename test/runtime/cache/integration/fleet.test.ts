import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { startRedisCluster, type RedisCluster } from "../../../../local/servers/redis.ts";
import { figures, startFleet, stopFleet, type Child } from "../support/fleet.ts";

describe("four processes on a Redis Cluster of three masters with a replica each", function () {
  this.timeout(300_000);
  let cluster: RedisCluster | undefined;
  let children: Child[] = [];
  let loads: string[] = [];
  const versions = new Map<string, number>();

  before(async () => {
    cluster = await startRedisCluster();
    children = await startFleet(4, cluster.urls.slice(0, 1), async (key) => {
      loads.push(key);
      const version = versions.get(key) ?? 1;
      // Long enough for every caller of every process to find the value missing.
      if (!key.startsWith("seen")) await delay(300);
      return version;
    });
  });
  after(async () => {
    await stopFleet(children);
    await cluster?.stop();
  });
  beforeEach(() => {
    loads = [];
  });

  it("load once for 1,000 concurrent misses", async () => {
    const results = await Promise.all(children.map((child) => child.call({ op: "getOrLoad", key: "hot", count: 250 })));
    assert.deepEqual(new Set(results.flat()), new Set([1]));
    assert.equal(results.flat().length, 1000);
    assert.deepEqual(loads, ["hot"]);
    console.info(`      1,000 misses over 4 processes: ${loads.length} load`);
  });

  it("load once again after an invalidation of a tag", async () => {
    const all = (): Promise<unknown[]> =>
      Promise.all(children.map((child) => child.call({ op: "getOrLoad", key: "tagged", count: 50, tags: ["group"] })));
    await all();
    versions.set("tagged", 2);
    await children[3]!.call({ op: "invalidate", tags: ["group"] });
    const [own] = (await children[3]!.call({ op: "getOrLoad", key: "tagged", count: 1, tags: ["group"] })) as number[];
    assert.equal(own, 2);
    assert.deepEqual(loads, ["tagged", "tagged"]);
  });

  it("all see an invalidation by one of them", async () => {
    const delays: number[] = [];
    for (let round = 0; round < 100; round++) {
      const key = `seen-${round % 10}`;
      const before = versions.get(key) ?? 1;
      await Promise.all(children.map((child) => child.call({ op: "getOrLoad", key, count: 1 })));
      versions.set(key, before + 1);
      const writer = children[round % 4]!;
      const finishedAt = BigInt((await writer.call({ op: "invalidate", keys: [key] })) as string);
      const others = children.filter((child) => child !== writer);
      const seen = await Promise.all(others.map((child) => child.call({ op: "watch", key, beyond: before })));
      delays.push(...seen.map((at) => Math.max(0, Number(BigInt(at as string) - finishedAt) / 1e6)));
    }
    console.info(`      seen by the others after an invalidation: ${figures(delays)}`);
    assert.equal(delays.length, 300);
    assert.ok(Math.max(...delays) < 10_000);
  });
});
