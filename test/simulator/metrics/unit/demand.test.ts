import assert from "node:assert/strict";
import { demandCurve } from "../../../../simulator/metrics/demand.ts";
import { erlangC, serversFor } from "../../../../simulator/metrics/erlang.ts";
import type { Workload } from "../../../../simulator/model.ts";

describe("Erlang's C", () => {
  // Published tables give four digits.
  const cases: { load: number; servers: number; expect: number }[] = [
    { load: 0.5, servers: 1, expect: 0.5 },
    { load: 1, servers: 2, expect: 1 / 3 },
    { load: 2, servers: 3, expect: 4 / 9 },
    { load: 2, servers: 4, expect: 4 / 23 },
    { load: 8, servers: 10, expect: 0.4092 },
    { load: 9, servers: 10, expect: 0.6687 },
    { load: 3, servers: 3, expect: 1 },
    { load: 0, servers: 0, expect: 0 },
  ];
  for (const { load, servers, expect } of cases)
    it(`is ${expect.toFixed(4)} for ${load} erlangs on ${servers} servers`, () => {
      assert.ok(Math.abs(erlangC(load, servers) - expect) < 5e-5);
    });

  it("stays finite for thousands of servers", () => {
    assert.ok(erlangC(5000, 5100) > 0 && erlangC(5000, 5100) < 0.2);
  });
});

describe("the servers for a wait", () => {
  const stream = { meanServiceSeconds: 1, maxWaitSeconds: 0 };
  const cases = [
    { name: "are none without arrivals", given: { arrivalRate: 0 }, expect: 0 },
    { name: "are those that nobody finds all busy, without any wait", given: { arrivalRate: 2 }, expect: 4 },
    { name: "are fewer the longer a job may wait", given: { arrivalRate: 2, maxWaitSeconds: 1 }, expect: 3 },
    { name: "carry the load, however long a job may wait", given: { arrivalRate: 2, maxWaitSeconds: 1e6 }, expect: 3 },
  ];
  for (const { name, given, expect } of cases)
    it(name, () => {
      assert.equal(serversFor({ ...stream, ...given }, 0.2), expect);
    });
});

describe("the demand of a workload", () => {
  /** `jobs[i]` jobs, evenly spread over the minute i. */
  function workloadOf(jobs: readonly number[]): Workload {
    const arrivals = jobs.flatMap((count, i) => Array.from({ length: count }, (_, job) => i * 60 + (job * 60) / count));
    const services = Float64Array.from(arrivals, () => 1);
    return {
      name: "test",
      seconds: jobs.length * 60,
      arrivals: Float64Array.from(arrivals),
      services,
      meanServiceSeconds: 1,
    };
  }
  const scenario = { maxWaitSeconds: 0, slotsPerReplica: 1 };

  it("follows the intensity, and ends with the workload", () => {
    const curve = demandCurve(workloadOf([60, 120, 120, 0, 60]), scenario, { lateShare: 0.34 });
    assert.deepEqual(curve, { times: [0, 60, 180, 240, 300], values: [2, 4, 0, 2, 0] });
  });

  it("counts replicas, not their slots", () => {
    const curve = demandCurve(workloadOf([120]), { ...scenario, slotsPerReplica: 3 }, { lateShare: 0.34 });
    assert.deepEqual(curve.values, [2, 0]);
  });

  it("takes the mean over longer intervals", () => {
    const curve = demandCurve(workloadOf([0, 120]), scenario, { lateShare: 0.34, intervalSeconds: 120 });
    assert.deepEqual(curve, { times: [0, 120], values: [2, 0] });
  });

  it("refuses options out of their bounds", () => {
    assert.throws(() => demandCurve(workloadOf([1]), scenario, { intervalSeconds: 0, lateShare: 0 }), {
      message: "No demand: intervalSeconds must be > 0, is 0; lateShare must be in (0, 1), is 0",
    });
  });
});
