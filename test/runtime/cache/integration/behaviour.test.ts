import assert from "node:assert/strict";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { startRedisCluster, type RedisCluster } from "../../../../local/servers/redis.ts";
import { createCache, type Cache, type CacheTelemetry } from "../../../../runtime/src/cache/index.ts";
import { until } from "../../../support/until.ts";
import { figures, startFleet, stopFleet } from "../support/fleet.ts";

type Lookup = Parameters<CacheTelemetry["lookup"]>[0];

describe("two caches on one Redis Cluster", function () {
  this.timeout(240_000);
  let cluster: RedisCluster | undefined;
  let first: Cache;
  let second: Cache;
  const lookups: Lookup[] = [];
  const purged: string[][] = [];
  const constant =
    <T>(value: T) =>
    (): Promise<T> =>
      Promise.resolve(value);

  before(async () => {
    cluster = await startRedisCluster();
    const redisUrls = [cluster.urls[3]!];
    const telemetry: CacheTelemetry = {
      lookup: (event) => void lookups.push(event),
      load: () => undefined,
      eviction: () => undefined,
      invalidation: () => undefined,
    };
    const cdn = { invalidate: (paths: readonly string[]) => Promise.resolve(void purged.push([...paths])) };
    first = await createCache({ redisUrls, telemetry, cdn });
    second = await createCache({ redisUrls });
    await until("both are connected", () => first.status().redisConnected && second.status().redisConnected, 30);
  });
  after(async () => {
    await first.close();
    await second.close();
    await cluster?.stop();
  });

  for (const value of [0, "", false, null, { deep: [1, { x: "ä" }] }])
    it(`share ${JSON.stringify(value)}`, async () => {
      const key = `shared ${JSON.stringify(value)}`;
      assert.deepEqual(await first.getOrLoad(key, constant<unknown>(value)), value);
      assert.deepEqual(await second.getOrLoad(key, constant<unknown>("not loaded")), value);
      assert.deepEqual(await second.get(key), value);
    });

  it("tell where a value was found", async () => {
    lookups.length = 0;
    await first.getOrLoad("found", constant(1));
    await first.getOrLoad("found", constant(1));
    await second.getOrLoad("found in Redis", constant(1));
    await first.getOrLoad("found in Redis", constant(1));
    assert.deepEqual(
      lookups.map(({ level, result }) => `${level} ${result}`),
      ["memory miss", "redis miss", "memory hit", "memory miss", "redis hit"],
    );
  });

  for (const [what, tags, invalidation] of [
    ["key", [], { keys: ["race by key"] }],
    ["tag", ["race"], { tags: ["race"] }],
  ] as const)
    it(`refuse a load from before an invalidation by ${what} in the other one`, async () => {
      const key = `race by ${what}`;
      const gate = Promise.withResolvers<string>();
      const started = Promise.withResolvers<undefined>();
      const load = (): Promise<string> => {
        started.resolve(undefined);
        return gate.promise;
      };
      const old = first.getOrLoad(key, load, { tags });
      await started.promise;
      await second.invalidate(invalidation);
      gate.resolve("old");
      assert.equal(await old, "old");
      assert.equal(await second.getOrLoad(key, constant("new"), { tags }), "new");
      await until(
        "the first one follows",
        async () => (await first.getOrLoad(key, constant("new"), { tags })) === "new",
      );
    });

  it("put what is set over what is loading", async () => {
    const gate = Promise.withResolvers<string>();
    const started = Promise.withResolvers<undefined>();
    const loading = first.getOrLoad("set", () => (started.resolve(undefined), gate.promise));
    await started.promise;
    await second.set("set", "newer", { tags: ["of a set"] });
    gate.resolve("older");
    await loading;
    assert.equal(await second.get("set"), "newer");
    await until("the first one follows", async () => (await first.get("set")) === "newer");
    await first.invalidate({ tags: ["of a set"] });
    assert.equal(await first.get("set"), undefined);
    await until("the second one follows", async () => (await second.get("set")) === undefined);
  });

  it("keep a value in memory no longer than Redis has it", async () => {
    await first.getOrLoad("short", constant(1), { ttlSeconds: 1.5 });
    await delay(1000);
    assert.equal(await second.getOrLoad("short", constant(2)), 1);
    // The promoted copy has half a second left, not a minute.
    await until("it is gone", async () => (await second.get("short")) === undefined, 5);
  });

  it("answer a stale value when the source fails within its grace", async () => {
    const options = { ttlSeconds: 0.2, graceSeconds: 60 };
    await first.getOrLoad("grace", constant("stale"), options);
    await until("its time is over", async () => (await second.get("grace")) === undefined, 5);
    const fails = (): Promise<string> => Promise.reject(new Error("the source is down"));
    assert.equal(await second.getOrLoad("grace", fails, options), "stale");
    await second.invalidate({ keys: ["grace"] });
    await assert.rejects(second.getOrLoad("grace", fails, options), /the source is down/);
  });

  it("take over the load of a process that died", async () => {
    const loading = Promise.withResolvers<undefined>();
    const [child] = await startFleet(1, cluster!.urls, () => {
      loading.resolve(undefined);
      return new Promise(() => undefined);
    });
    child!.call({ op: "getOrLoad", key: "abandoned", count: 1 }).catch(() => undefined);
    await loading.promise;
    const startedAt = performance.now();
    const taken = first.getOrLoad("abandoned", constant("taken over"));
    await stopFleet([child!]);
    assert.equal(await taken, "taken over");
    const milliseconds = performance.now() - startedAt;
    console.info(`      after ${milliseconds.toFixed(0)} ms`);
    assert.ok(milliseconds > 500, "the lease was held");
  });

  it("tell the CDN after Redis, and refuse bad calls at once", async () => {
    await first.invalidate({ keys: ["a"], urls: ["/a", "/b*"] });
    assert.deepEqual(purged, [["/a", "/b*"]]);
    await assert.rejects(
      second.invalidate({ urls: ["/a"], keys: [""] }),
      /a key must be(.|\n)*urls need the option cdn/,
    );
    await assert.rejects(first.getOrLoad("", constant(1)), /a key must be a text of 1 to 1024 characters/);
    await assert.rejects(first.set("key", undefined), /the value of "key" is undefined/);
  });

  it("lose no time and no truth while a master hangs", async () => {
    const keys = Array.from({ length: 30 }, (_, index) => `hanging-${index}`);
    for (const key of keys) await first.getOrLoad(key, constant(1));
    const hanging = cluster!.nodes[0]!;
    await until("all is well", () => first.status().redisConnected, 60);
    hanging.process.kill("SIGSTOP");
    try {
      await until("it is noticed", () => !first.status().redisConnected, 30);
      const times: number[] = [];
      const loop = monitorEventLoopDelay({ resolution: 5 });
      loop.enable();
      for (const key of keys) {
        const startedAt = performance.now();
        assert.equal(await first.getOrLoad(`${key} anew`, constant(2)), 2);
        times.push(performance.now() - startedAt);
      }
      loop.disable();
      const stall = `this process stood still for ${(loop.max / 1e6).toFixed(0)} ms at most`;
      console.info(`      ${times.length} calls while a master hangs: ${figures(times)}; ${stall}`);
      // The wait for the failover, and a read of what was invalidated meanwhile.
      await first.invalidate({ keys });
      for (const key of keys) assert.equal(await first.getOrLoad(key, constant(3)), 3);
    } finally {
      hanging.process.kill("SIGCONT");
    }
    await until("all is well again", () => first.status().redisConnected && second.status().redisConnected, 60);
    // The other one may load anew what a promoted member holds, but never go back.
    for (const key of keys) assert.ok((await second.getOrLoad(key, constant(4))) >= 3);
  });
});
