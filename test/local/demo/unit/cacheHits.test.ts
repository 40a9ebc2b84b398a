import assert from "node:assert/strict";
import { cacheHitRate } from "../../../../local/demo/cacheHits.ts";

const page = (counts: readonly (readonly [level: string, result: string, count: number])[]): string =>
  counts
    .map(([level, result, count]) => `cache_requests_total{level="${level}",result="${result}"} ${count}`)
    .join("\n");

describe("cacheHitRate", () => {
  it("counts a look-up once, whichever level had it", () => {
    const counts = [
      ["memory", "hit", 6],
      ["memory", "miss", 4],
      ["redis", "hit", 2],
      ["redis", "miss", 2],
    ] as const;
    assert.equal(cacheHitRate(page(counts)), 0.8);
  });

  it("is unknown without look-ups", () => {
    assert.equal(cacheHitRate(page([["memory", "hit", 0]])), null);
    assert.equal(cacheHitRate(""), null);
  });
});
