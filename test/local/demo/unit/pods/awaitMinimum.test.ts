import assert from "node:assert/strict";
import { Client } from "../../../../../local/demo/client.ts";
import { awaitMinimum } from "../../../../../local/demo/pods/awaitMinimum.ts";

/** An API server with so many pods of each workload that run, one answer after the other. */
class ApiServer extends Client {
  readonly #counts: number[];

  constructor(...counts: number[]) {
    super({ url: "https://api", timeoutSeconds: 1 });
    this.#counts = counts;
  }

  override call() {
    const length = (this.#counts.length > 1 ? this.#counts.shift() : this.#counts[0]) ?? 0;
    const items = Array.from({ length }, (_, index) => ({
      metadata: { name: `pod ${index}` },
      status: { phase: "Running" },
    }));
    return Promise.resolve({ status: 200, seconds: 0, body: { items } });
  }
}

const tier = (desired: number | null) => ({
  ...{ name: "workers", minReplicas: 2, maxReplicas: 8 },
  desiredReplicas: () => Promise.resolve(desired),
});

describe("awaitMinimum", () => {
  for (const { name, desired, pods, above } of [
    { name: "a tier at rest is none", desired: 2, pods: 2, above: [] },
    { name: "a tier that is asked for more", desired: 3, pods: 2, above: ["workers"] },
    { name: "a tier of which nobody tells", desired: null, pods: 2, above: ["workers"] },
    { name: "a tier whose last pod still goes", desired: 2, pods: 3, above: ["workers"] },
  ])
    it(`is left above its minimum: ${name}`, async () => {
      // Without time it looks once.
      assert.deepEqual(await awaitMinimum(new ApiServer(pods), [tier(desired)], 0), above);
    });

  it("waits for the pods that go", async () => {
    assert.deepEqual(await awaitMinimum(new ApiServer(4, 3, 2), [tier(2)], 60), []);
  });
});
