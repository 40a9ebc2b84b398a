import assert from "node:assert/strict";
import { Completions } from "../../../../simulator/engine/completions.ts";

describe("Completions", () => {
  it("never comes to an end that is not there", () => {
    assert.equal(new Completions().soonest, Infinity);
  });

  it("tells the soonest end with its replica and its job", () => {
    const completions = new Completions();
    completions.add(9, 1, 10);
    completions.add(3, 2, 20);
    completions.add(6, 3, 30);
    const told: number[][] = [];
    while (completions.soonest < Infinity) {
      told.push([completions.soonest, completions.replica, completions.job]);
      completions.take();
    }
    assert.deepEqual(told, [
      [3, 2, 20],
      [6, 3, 30],
      [9, 1, 10],
    ]);
  });
});
