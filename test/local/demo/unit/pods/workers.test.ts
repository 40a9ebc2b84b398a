import assert from "node:assert/strict";
import type { Client } from "../../../../../local/demo/client.ts";
import { readWorkers } from "../../../../../local/demo/pods/workers.ts";

const answering = (body: unknown): Client =>
  ({ call: () => Promise.resolve({ status: 200, body, seconds: 0 }) }) as unknown as Client;

const deployment = (env: readonly object[]) => ({
  spec: { template: { spec: { terminationGracePeriodSeconds: 40, containers: [{ env }] } } },
});

describe("readWorkers", () => {
  for (const { name, body, expected } of [
    {
      name: "takes the slots from the variable of the main queue",
      body: deployment([
        { name: "PRIORITY_PREFETCH", value: "2" },
        { name: "PREFETCH", value: "8" },
      ]),
      expected: { slots: 8, graceSeconds: 40 },
    },
    { name: "knows no slots without it", body: deployment([]), expected: { slots: null, graceSeconds: 40 } },
    { name: "knows nothing without an answer", body: undefined, expected: { slots: null, graceSeconds: null } },
  ])
    it(name, async () => {
      assert.deepEqual(await readWorkers(answering(body)), expected);
    });
});
