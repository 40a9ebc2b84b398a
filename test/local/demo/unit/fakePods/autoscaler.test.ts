import assert from "node:assert/strict";
import { readScales } from "../../../../../local/demo/fakePods/autoscaler.ts";

describe("readScales", () => {
  it("takes the changes from the autoscaler's log and leaves the rest", () => {
    const time = "2026-01-01T00:00:10.000Z";
    const scaled = {
      time,
      msg: "scaled",
      currentReplicas: 2,
      desiredReplicas: 4,
      explanation: "w 2 → 4 (wait asks (x))",
    };
    const log = [
      "not JSON",
      JSON.stringify({ time, msg: "autoscaler started" }),
      JSON.stringify(scaled),
      '{"half',
    ].join("\n");
    assert.deepEqual(readScales(log), [{ at: Date.parse(time) / 1000, from: 2, to: 4, reason: "wait asks (x)" }]);
  });
});
