import assert from "node:assert/strict";
import { createClient, createCluster } from "redis";
import { RedisServer } from "../../../../autoscaler/src/adapters/redis/redisServer.ts";
import { systemClock } from "../../../../autoscaler/src/adapters/system/systemClock.ts";
import type { Reading } from "../../../../autoscaler/src/core/model.ts";
import { startRedis, startRedisCluster } from "../../../../local/servers/redis.ts";
import { until } from "../../../support/until.ts";

async function read(server: RedisServer, ...keys: string[]): Promise<Reading> {
  return server.lists(keys).read(AbortSignal.timeout(10_000));
}

async function lengthOf(server: RedisServer, ...keys: string[]): Promise<number> {
  const reading = await read(server, ...keys);
  if ("error" in reading) assert.fail(reading.error);
  assert.ok(Math.abs(reading.observedAt - systemClock.now()) < 10);
  return reading.value;
}

async function errorOf(server: RedisServer, ...keys: string[]): Promise<string> {
  const reading = await read(server, ...keys);
  if (!("error" in reading)) assert.fail(`read ${reading.value}`);
  return reading.error;
}

const serverAt = (url: string): RedisServer => new RedisServer({ url: () => Promise.resolve(url), clock: systemClock });

describe("redis adapter on a real server", function () {
  this.timeout(60_000);
  const password = "p@ss/w:rd";
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let url: string;
  let server: RedisServer;
  const ends: (() => unknown)[] = [];

  // Users set at run time are gone after a restart.
  const addUser = async (): Promise<void> => {
    const client = await createClient({ url: redis.url }).connect();
    await client.aclSetUser("scaler", ["on", `>${password}`, "~*", "+@all"]);
    client.destroy();
  };

  before(async () => {
    redis = await startRedis();
    ends.push(() => redis.stop());
    const client = await createClient({ url: redis.url }).connect();
    await client.rPush("bull:jobs:wait", ["a", "b", "c"]);
    await client.rPush("bull:jobs:paused", "d");
    await client.set("text", "not a list");
    client.destroy();
    await addUser();
    url = redis.url.replace("//", `//scaler:${encodeURIComponent(password)}@`);
    server = serverAt(`${url}\n`);
    ends.push(() => server.close());
  });

  after(async () => {
    // Whatever has been started, in reverse, also when a later start failed.
    for (const end of ends.reverse()) await end();
  });

  it("sums the length of lists; a key that does not exist is empty", async () => {
    assert.equal(await lengthOf(server, "bull:jobs:wait", "bull:jobs:paused", "none"), 4);
  });

  it("names the key that holds no list, and reads on", async () => {
    assert.match(await errorOf(server, "bull:jobs:wait", "text"), /^Redis 127\.0\.0\.1:\d+: key text holds no list$/);
    assert.equal(await lengthOf(server, "bull:jobs:wait"), 3);
  });

  it("shares one client among its sources", async () => {
    await Promise.all(["a", "b", "c"].map((key) => lengthOf(server, key)));
    const client = await createClient({ url: redis.url }).connect();
    const clients = await client.clientList();
    client.destroy();
    assert.equal(clients.filter((one) => one.user === "scaler").length, 1);
  });

  it("tells a refused password without it", async () => {
    const refused = serverAt(url.replace("rd@", "rd-wrong@"));
    const error = await errorOf(refused, "a");
    assert.match(error, /^Redis 127\.0\.0\.1:\d+: WRONGPASS/);
    assert.doesNotMatch(error, /p@ss|p%40ss/);
    assert.equal(await errorOf(refused, "a"), error);
    await refused.close();
  });

  it("does not repeat a text that is no URL", async () => {
    assert.equal(
      await errorOf(serverAt("redis//secret")),
      "the Redis URL must begin with redis: or rediss: and be a URL",
    );
  });

  it("recovers by itself when the server stops and comes back", async () => {
    assert.equal(await lengthOf(server, "none"), 0);
    await redis.node.stop();
    assert.match(await errorOf(server, "none"), /^Redis 127\.0\.0\.1:\d+: /);
    await until("the connect is refused", async () => (await errorOf(server, "none")).includes("ECONNREFUSED"));
    await redis.node.start();
    await addUser();
    await until("the source reads again", async () => !("error" in (await read(server, "none"))), 20);
  });
});

describe("redis adapter on a real cluster", function () {
  this.timeout(90_000);

  it("finds the cluster behind one node, sums over all nodes and survives the loss of one", async () => {
    const cluster = await startRedisCluster();
    const server = serverAt(cluster.urls.join(", "));
    const single = serverAt(cluster.urls[1]!);
    try {
      const client = createCluster({ rootNodes: cluster.urls.map((url) => ({ url })) });
      client.on("error", () => undefined);
      await client.connect();
      const keys = ["{bull}:jobs:wait", "a", "b", "c", "d", "e"];
      for (const key of keys) await client.rPush(key, ["1", "2"]);
      client.destroy();
      assert.equal(await lengthOf(server, ...keys), 12);
      assert.equal(await lengthOf(single, ...keys), 12);
      await cluster.nodes[0]!.kill();
      await until(
        "a replica has taken over",
        async () => {
          const reading = await read(server, ...keys);
          return !("error" in reading) && reading.value === 12;
        },
        40,
      );
    } finally {
      await Promise.all([server.close(), single.close()]);
      await cluster.stop();
    }
  });
});
