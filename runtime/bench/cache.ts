/**
 * Usage: cache, with REDIS_URL of any member. Hits of the cache against the plain thing, in turns, and prints one JSON
 * object: nanoseconds of each and their ratio, medians over the rounds.
 */
import { LRUCache } from "lru-cache";
import { createCluster } from "redis";
import { createCache } from "../src/cache/index.ts";

const url = process.env["REDIS_URL"] ?? "";
const rounds = Number(process.env["ROUNDS"] ?? 9);
const memoryHits = 200_000;
const redisHits = 2000;
const concurrency = 50;
const keys = Array.from({ length: 100 }, (_, index) => `key-${index}`);
const value = {
  id: 42,
  name: "nightly report",
  steps: Array.from({ length: 20 }, (_, step) => ({ step, done: false })),
};
const text = JSON.stringify(value);
const load = (): Promise<typeof value> => Promise.reject(new Error("not a hit"));

const cache = await createCache({ redisUrls: [url], prefix: "bench" });
// Nothing stays in memory, so that each read goes to Redis.
const shared = await createCache({ redisUrls: [url], prefix: "bench", memory: { maxBytes: 1024, maxEntries: 1 } });
const plain = new LRUCache<string, { readonly value: typeof value }>({ max: 10_000, ttl: 60_000 });
const client = createCluster({ rootNodes: [{ url }] });
await client.connect();
for (const key of keys) {
  plain.set(key, { value });
  await cache.set(key, value);
  await client.set(`plain:${key}`, text);
}

/** Nanoseconds of one. */
async function timed(count: number, work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return ((performance.now() - startedAt) * 1e6) / count;
}

let seen = 0;
const keyAt = (index: number): string => keys[index % keys.length] ?? "";

const ways = {
  plainMemory: () =>
    timed(memoryHits, async () => {
      for (let index = 0; index < memoryHits; index++) {
        // eslint-disable-next-line @typescript-eslint/await-thenable -- like the other one: a service awaits either.
        seen += (await plain.get(keyAt(index)))?.value.id ?? 0;
      }
    }),
  memoryHit: () =>
    timed(memoryHits, async () => {
      for (let index = 0; index < memoryHits; index++) seen += (await cache.getOrLoad(keyAt(index), load)).id;
    }),
  plainMemoryWithoutAwait: () =>
    timed(memoryHits, () => {
      for (let index = 0; index < memoryHits; index++) seen += plain.get(keyAt(index))?.value.id ?? 0;
      return Promise.resolve();
    }),
  plainGet: () =>
    timed(redisHits, () =>
      inParallel(async (key) => (JSON.parse((await client.get(`plain:${key}`)) ?? "") as typeof value).id),
    ),
  redisHit: () => timed(redisHits, () => inParallel(async (key) => (await shared.get<typeof value>(key))?.id ?? 0)),
};

async function inParallel(read: (key: string) => Promise<number>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < redisHits) seen += await read(keyAt(next++));
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
}

const found = Object.fromEntries(Object.keys(ways).map((name) => [name, [] as number[]])) as Record<
  keyof typeof ways,
  number[]
>;
// The first two rounds warm up.
for (let round = -2; round < rounds; round++)
  for (const [name, way] of Object.entries(ways)) {
    const nanoseconds = await way();
    if (round >= 0) found[name as keyof typeof ways].push(nanoseconds);
  }
if (seen === 0) throw new Error("nothing was read");
await cache.close();
await shared.close();
client.destroy();

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
const ratio = (one: readonly number[], other: readonly number[]): number =>
  Number(median(one.map((nanoseconds, round) => nanoseconds / (other[round] ?? NaN))).toFixed(2));
console.log(
  JSON.stringify({
    rounds,
    valueBytes: text.length,
    nanoseconds: Object.fromEntries(Object.entries(found).map(([name, values]) => [name, Math.round(median(values))])),
    memoryHitByPlainMemory: ratio(found.memoryHit, found.plainMemory),
    memoryHitByPlainMemoryWithoutAwait: ratio(found.memoryHit, found.plainMemoryWithoutAwait),
    redisHitByPlainGet: ratio(found.redisHit, found.plainGet),
  }),
);
