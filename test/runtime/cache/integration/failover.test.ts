import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { startRedisCluster, type RedisCluster } from "../../../../local/servers/redis.ts";
import { until } from "../../../support/until.ts";
import { figures, startFleet, stopFleet, type Child } from "../support/fleet.ts";
import type { Read } from "../support/protocol.ts";

const keyCount = 100;
/** Nanoseconds within which another process may still answer from its memory. */
const bound = 1_000_000_000n;

interface Finished {
  readonly version: number;
  readonly at: bigint;
  readonly by: number;
}

/** The source: versions by key, and when which invalidation had finished. */
class Source {
  readonly versions = new Map<string, number>();
  readonly finished = new Map<string, Finished[]>();
  readonly errors: string[] = [];
  readonly milliseconds: number[] = [];
  loads = 0;

  version(key: string): number {
    return this.versions.get(key) ?? 1;
  }

  /** Changes a key and invalidates it through one child; notes when that was done. */
  async change(key: string, by: number, child: Child): Promise<void> {
    const version = this.version(key) + 1;
    this.versions.set(key, version);
    const startedAt = performance.now();
    try {
      const at = BigInt((await child.call({ op: "invalidate", keys: [key] })) as string);
      this.milliseconds.push(performance.now() - startedAt);
      this.finished.set(key, [...(this.finished.get(key) ?? []), { version, at, by }]);
    } catch (error) {
      this.errors.push(String(error));
    }
  }

  /** Whether a read of a child began when an invalidation of a newer version had finished, long enough ago. */
  isWrong([startedAt, , key, version]: Read, reader: number): boolean {
    return (this.finished.get(key) ?? []).some(
      (one) => one.version > (version ?? 0) && BigInt(startedAt) > one.at + (one.by === reader ? 0n : bound),
    );
  }
}

describe("four processes that read and invalidate while a Redis master is killed", function () {
  this.timeout(300_000);
  let cluster: RedisCluster | undefined;
  let children: Child[] = [];
  const source = new Source();

  before(async () => {
    cluster = await startRedisCluster();
    children = await startFleet(4, cluster.urls.slice(0, 1), async (key) => {
      source.loads++;
      const version = source.version(key);
      // A version that is read before and stored after an invalidation is the race in question.
      await delay(Math.random() * 20);
      return version;
    });
  });
  after(async () => {
    await stopFleet(children);
    await cluster?.stop();
  });

  it("never answer an older version than the last one that was invalidated", async () => {
    await Promise.all(children.map((child) => child.call({ op: "read", keys: keyCount, lanes: 4, pauseMs: 4 })));
    let changing = true;
    // Several each: one that waits for the dead member must not stop the others.
    const changes = [...children, ...children, ...children].map(async (child, lane) => {
      const index = lane % children.length;
      while (changing) {
        await source.change(`key-${Math.floor(Math.random() * keyCount)}`, index, child);
        await delay(60);
      }
    });
    const reads = (): number => children.reduce((sum, child) => sum + child.reads.length, 0);
    await until("there is load", () => reads() > 4000 && source.milliseconds.length > 100, 60);

    const killedAt = process.hrtime.bigint();
    const changesBefore = source.milliseconds.length;
    await cluster!.nodes[0]!.kill();
    const connected = async (): Promise<boolean> => {
      const all = await Promise.all(children.map((child) => child.call({ op: "status" })));
      return (all as { redisConnected: boolean }[]).every(({ redisConnected }) => redisConnected);
    };
    await until("the loss is noticed", async () => !(await connected()), 30);
    await until("a replica has taken over", connected, 120);
    const recoveredAt = process.hrtime.bigint();
    const readsThen = reads();
    const changesDuring = source.milliseconds.slice(changesBefore);
    await until("there was load afterwards", () => reads() > readsThen + 4000, 60);

    changing = false;
    await Promise.all(changes);
    await Promise.all(children.map((child) => child.call({ op: "stopReading" })));

    const between = (from: bigint, to: bigint): number[] =>
      children.flatMap((child) =>
        child.reads.filter(([at]) => BigInt(at) >= from && BigInt(at) < to).map(([, milliseconds]) => milliseconds),
      );
    const wrong = children.flatMap((child, index) => child.reads.filter((read) => source.isWrong(read, index)));
    const errors = [...children.flatMap((child) => child.errors), ...source.errors];
    console.info(`      without the member for ${(Number(recoveredAt - killedAt) / 1e9).toFixed(1)} s`);
    console.info(`      reads before: ${figures(between(0n, killedAt))}`);
    console.info(`      reads during: ${figures(between(killedAt, recoveredAt))}`);
    console.info(`      reads after: ${figures(between(recoveredAt, 1n << 62n))}`);
    console.info(`      invalidations before: ${figures(source.milliseconds.slice(0, changesBefore))}`);
    console.info(`      invalidations during: ${figures(changesDuring)}`);
    console.info(`      ${source.loads} loads, ${wrong.length} wrong values, ${errors.length} errors`);
    assert.deepEqual(errors, []);
    assert.deepEqual(wrong, []);
  });
});
