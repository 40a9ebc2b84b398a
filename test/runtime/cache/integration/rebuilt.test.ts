import assert from "node:assert/strict";
import { createClient } from "redis";
import { runInRootfs } from "../../../../local/servers/chroot.ts";
import { startRedisCluster, type RedisCluster } from "../../../../local/servers/redis.ts";
import { createCache, type Cache } from "../../../../runtime/src/cache/index.ts";
import { until } from "../../../support/until.ts";

describe("a Redis Cluster that is built anew under a running cache", function () {
  this.timeout(240_000);
  let cluster: RedisCluster | undefined;
  let old: Cache;

  const ask = async (port: number, ...command: string[]): Promise<string> => {
    const client = createClient({ socket: { host: "127.0.0.1", port } });
    client.on("error", () => undefined);
    await client.connect();
    try {
      return await client.sendCommand<string>(command);
    } finally {
      client.destroy();
    }
  };

  before(async () => {
    cluster = await startRedisCluster({ replicasPerMaster: 0 });
    // As after many failovers: the new one counts from the beginning.
    for (let round = 0; round < 5; round++)
      for (const { port } of cluster.nodes) await ask(port, "CLUSTER", "BUMPEPOCH");
    old = await createCache({ redisUrls: cluster.urls });
    await until("it is connected", () => old.status().redisConnected, 30);
  });
  after(async () => {
    await old.close();
    await cluster?.stop();
  });

  it("is used again, with other masters for its slots", async () => {
    const { nodes, urls } = cluster!;
    for (const { port } of nodes) {
      await ask(port, "FLUSHALL");
      await ask(port, "CLUSTER", "RESET", "HARD");
    }
    const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`).reverse();
    const command = ["redis-cli", "--cluster", "create", ...addresses, "--cluster-yes"];
    await runInRootfs({ user: "redis", folder: nodes[0]!.folder, command }, 60);
    await until(
      "all say that it is well",
      async () =>
        (await Promise.all(nodes.map(({ port }) => ask(port, "CLUSTER", "INFO")))).every((info) =>
          info.includes("state:ok"),
        ),
      60,
    );
    const fresh = await createCache({ redisUrls: urls });
    try {
      await until("the new one is connected", () => fresh.status().redisConnected, 30);
      const keys = Array.from({ length: 30 }, (_, index) => `key-${index}`);
      for (const key of keys) await fresh.set(key, key);
      await until(
        "the old one reads all of it from Redis",
        async () => (await Promise.all(keys.map((key) => old.get(key)))).every((value, index) => value === keys[index]),
        60,
      );
      assert.equal(old.status().redisConnected, true);
    } finally {
      await fresh.close();
    }
  });
});
