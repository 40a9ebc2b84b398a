import assert from "node:assert/strict";
import { speed } from "../../../../simulator/cli/speed.ts";

describe("speed", () => {
  it("divides the jobs by the time that a run took", () => {
    const printed: string[] = [];
    let now = 0;
    // Each look at the clock comes half a second after the one before.
    speed(
      { jobs: 1000 },
      (text) => printed.push(text),
      () => (now += 0.5),
    );
    const rows = printed
      .join("\n")
      .split("\n")
      .filter((line) => /constant count|drain rule/.test(line));
    assert.deepEqual(
      rows.map((row) => row.trim().split(/ {2,}/).slice(1)),
      [
        ["2,000", "125"],
        ["2,000", "125"],
      ],
    );
  });
});
