import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { batchLoad } from "../../../../runtime/src/work/index.ts";

describe("batchLoad, for all loads", function () {
  this.timeout(120_000);

  it("answers each as a single load would, by batches of distinct keys within the bound", () =>
    fc.assert(
      fc.asyncProperty(
        // Each group is loaded in a turn of its own.
        fc.array(fc.array(fc.nat({ max: 30 }), { maxLength: 40 }), { maxLength: 5 }),
        fc.integer({ min: 1, max: 12 }),
        fc.boolean(),
        fc.boolean(),
        async (groups, batchSize, cache, map) => {
          // Of three keys one has a value, one has none and one is in error.
          const answer = (key: number): string | Error | undefined =>
            [`value ${key}`, undefined, new Error(`error ${key}`)][key % 3];
          const asked: number[] = [];
          const loader = batchLoad<number, string>(
            async (keys) => {
              assert.ok(keys.length <= batchSize && new Set(keys).size === keys.length);
              asked.push(...keys);
              await turn();
              if (!map) return keys.map(answer);
              const found = keys.flatMap((key) => {
                const value = answer(key);
                return value === undefined ? [] : [[key, value] as const];
              });
              return new Map<number, string | Error>(found);
            },
            { batchSize, cache },
          );
          for (const group of groups) {
            const results = await Promise.allSettled(group.map((key) => loader.load(key)));
            for (const [index, key] of group.entries()) {
              const result = results[index]!;
              const found: unknown = result.status === "fulfilled" ? result.value : (result.reason as Error).message;
              assert.equal(found, key % 3 === 2 ? `error ${key}` : answer(key));
            }
          }
          const good = asked.filter((key) => key % 3 !== 2);
          // Remembered, a key is asked for once; an error never is.
          if (cache) assert.equal(new Set(good).size, good.length);
          else assert.ok(asked.length <= groups.reduce((sum, group) => sum + new Set(group).size, 0));
        },
      ),
      { numRuns: 200 },
    ));
});
