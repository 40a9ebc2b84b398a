import assert from "node:assert/strict";
import fc from "fast-check";
import { Completions } from "../../../../simulator/engine/completions.ts";

const time = fc.double({ min: 0, max: 100, noNaN: true });

describe("Completions, for any ends", () => {
  it("gives back what was put in, in the order of time, while more comes and it grows", () => {
    const actions = fc.array(fc.oneof(time, fc.constant("take" as const)), { maxLength: 500, size: "max" });
    fc.assert(
      fc.property(actions, (all) => {
        const completions = new Completions();
        const expected: { at: number; id: number }[] = [];
        for (const [id, action] of all.entries()) {
          if (action !== "take") {
            completions.add(action, id, id + 1);
            expected.push({ at: action, id });
          } else if (expected.length > 0) {
            const soonest = Math.min(...expected.map(({ at }) => at));
            assert.equal(completions.soonest, soonest);
            // Of two at the same time either may be first, but whole.
            const place = expected.findIndex(({ at, id }) => at === soonest && id === completions.replica);
            assert.notEqual(place, -1);
            assert.equal(completions.job, completions.replica + 1);
            expected.splice(place, 1);
            completions.take();
          }
          if (expected.length === 0) assert.equal(completions.soonest, Infinity);
        }
      }),
    );
  });
});
