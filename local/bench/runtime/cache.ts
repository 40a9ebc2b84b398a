import { join } from "node:path";
import { runCommand } from "../../command.ts";
import { repositoryRoot } from "../../paths.ts";
import type { Progress } from "../../progress.ts";
import { startRedisCluster } from "../../servers/redis.ts";

/** Hits in memory and in Redis against a plain lru-cache and a plain GET, on a cluster of its own. */
export async function measureCache(progress: Progress): Promise<unknown> {
  progress.step("starting a Redis Cluster");
  const cluster = await startRedisCluster();
  try {
    progress.step("hits of each level against the plain thing, in turns");
    const env = { ...process.env, REDIS_URL: cluster.urls[0] };
    const script = join(repositoryRoot, "runtime", "bench", "cache.ts");
    return JSON.parse(await runCommand(process.execPath, [script], { env, timeoutSeconds: 600 }));
  } finally {
    await cluster.stop();
  }
}
