import assert from "node:assert/strict";
import { staticReplicas } from "../../../../simulator/policies/staticPeak.ts";
import { play, statisticsOf } from "../builders.ts";

describe("a static count", () => {
  it("stays whatever comes", () => {
    const seen = (now: number) => ({ statistics: statisticsOf({ ready: now * 100, publishRate: now }) });
    assert.deepEqual(play(staticReplicas(7), 3, {}, seen), [7, 7, 7]);
  });

  it("cannot be negative", () => {
    assert.throws(() => staticReplicas(-1), { message: "static: replicas must be at least 0, not -1" });
  });
});
