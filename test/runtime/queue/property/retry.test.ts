import assert from "node:assert/strict";
import fc from "fast-check";
import { retryPauseMs } from "../../../../runtime/src/queue/retry.ts";

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe("the pause between two attempts", () => {
  it("lies between half and all of a time that doubles up to the longest", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), random, (attempt, chance) => {
        const ceiling = 1000 * Math.min(30, 2 ** (attempt - 1));
        const pause = retryPauseMs(attempt, chance);
        assert.ok(pause >= ceiling / 2 && pause <= ceiling, `${pause} of ${ceiling}`);
      }),
    );
  });

  it("grows with the attempt by the same chance", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), random, (attempt, chance) => {
        assert.ok(retryPauseMs(attempt + 1, chance) >= retryPauseMs(attempt, chance));
      }),
    );
  });
});
