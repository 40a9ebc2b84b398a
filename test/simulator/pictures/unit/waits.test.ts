import assert from "node:assert/strict";
import { longestWaits } from "../../../../simulator/pictures/waits.ts";

describe("the longest waits of a picture", () => {
  const arrivals = Float64Array.of(0, 1, 9.9, 25, 30);
  const waits = Float64Array.of(3, 7, 1, 4, 5);

  it("are those of the jobs that arrived in each part, and none where nobody did", () => {
    assert.deepEqual(longestWaits({ arrivals, waits }, 40, 4), [
      { at: 5, seconds: 7 },
      { at: 15, seconds: null },
      { at: 25, seconds: 4 },
      { at: 35, seconds: 5 },
    ]);
  });
});
