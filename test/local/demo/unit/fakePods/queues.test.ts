import assert from "node:assert/strict";
import { deadLetters, queues } from "../../../../../local/demo/fakePods/queues.ts";
import * as topology from "../../../../../runtime/src/queue/topology.ts";

describe("the demo's queues", () => {
  it("are the platform's, and one for the reports", () => {
    const { done: _, ...platform } = queues;
    const names = [...Object.values(platform), deadLetters.queue];
    assert.deepEqual(names.sort(), topology.queues.map(({ name }) => name).sort());
    assert.equal(topology.exchanges[0]?.name, deadLetters.exchange);
  });
});
