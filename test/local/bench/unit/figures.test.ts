import assert from "node:assert/strict";
import { countCalls, writesOf } from "../../../../local/bench/auditLog.ts";
import { kedaArithmetic } from "../../../../local/bench/kedaArithmetic.ts";
import { quantiles } from "../../../../local/bench/quantiles.ts";
import { countTicks } from "../../../../local/bench/ticks.ts";
import { processUsage } from "../../../../local/processUsage.ts";

const decision = (target: string, now: number, outcome = "unchanged"): string =>
  JSON.stringify({ target, input: { now, currentReplicas: 1 }, decision: {}, outcome });
const failure = (target: string, at: number): string =>
  JSON.stringify({ target, at, failure: { phase: "GetScale", error: "away" } });
const window = { from: 100, until: 110, periodSeconds: 2 };

describe("ticks of a decision log", () => {
  const cases = [
    {
      name: "ticks in time are not late",
      lines: [100, 102, 104, 106, 108, 110].map((now) => decision("a", now)),
      expected: { decisions: 6, targets: 1, failed: 0, unchanged: 1, max: 0, lateByAPeriod: 0 },
    },
    {
      name: "each target has its own times",
      lines: [
        ...[100, 102, 104, 106, 108].map((now) => decision("a", now)),
        ...[101, 103.5, 105, 107, 109].map((now) => decision("b", now)),
      ],
      expected: { decisions: 10, targets: 2, failed: 0, unchanged: 1, max: 0.5, lateByAPeriod: 0 },
    },
    {
      name: "a tick after more than two periods is late by more than one",
      lines: [100, 105, 107, 109].map((now) => decision("a", now)),
      expected: { decisions: 4, targets: 1, failed: 0, unchanged: 1, max: 3, lateByAPeriod: 1 },
    },
    {
      name: "a target that went silent is late until the end",
      lines: [decision("a", 100)],
      expected: { decisions: 1, targets: 1, failed: 0, unchanged: 1, max: 8, lateByAPeriod: 1 },
    },
    {
      name: "what lies outside the time does not count",
      lines: [decision("a", 99), failure("a", 99), ...[101, 103, 105, 107, 109].map((now) => decision("a", now))],
      expected: { decisions: 5, targets: 1, failed: 0, unchanged: 1, max: 0, lateByAPeriod: 0 },
    },
    {
      name: "failed ticks and changes are told apart",
      lines: [decision("a", 109), decision("a", 110, "patched"), failure("a", 104)],
      expected: { decisions: 2, targets: 1, failed: 1, unchanged: 0.5, max: 0, lateByAPeriod: 0 },
    },
  ];
  for (const { name, lines, expected } of cases)
    it(name, async () => {
      const { lateSeconds, ...ticks } = await countTicks(lines, window);
      assert.deepEqual({ ...ticks, max: lateSeconds.max ?? 0 }, expected);
    });
});

describe("calls of an audit log", () => {
  const event = (verb: string, resource: string, seconds: number, subresource?: string): string =>
    JSON.stringify({
      verb,
      stageTimestamp: new Date(seconds * 1000).toISOString(),
      objectRef: { resource, subresource },
    });

  it("counts those within the time by verb and resource", () => {
    const log = [
      event("patch", "configmaps", 99),
      event("patch", "configmaps", 101),
      event("patch", "deployments", 102, "scale"),
      "",
    ];
    assert.deepEqual(countCalls(log.join("\n"), 100, 110), { "patch configmaps": 1, "patch deployments/scale": 1 });
  });

  it("tells writes from reads, and the lease from the rest", () => {
    const calls = { "patch configmaps": 2, "update leases": 5, "list pods": 9, "create events": 1 };
    assert.deepEqual(writesOf(calls), { leases: 5, others: 3 });
  });
});

describe("figures of a benchmark", () => {
  it("has the highest of few values as p99", () => {
    assert.deepEqual(quantiles([3, 1, 2]), { p50: 2, p99: 3, max: 3 });
  });

  it("has no quantile of no values", () => {
    assert.deepEqual(quantiles([]), { p50: null, p99: null, max: null });
  });

  it("adds half of each interval of KEDA and HPA for the median", () => {
    const { oneToMany, zeroToOne } = kedaArithmetic();
    assert.ok(Math.abs((oneToMany.p50 ?? 0) - (5 + 15) / 2) < 0.1, `${oneToMany.p50}`);
    assert.ok(Math.abs((zeroToOne.p50 ?? 0) - (5 + 30) / 2) < 0.1, `${zeroToOne.p50}`);
    assert.ok((oneToMany.max ?? 0) <= 20);
  });

  it("sees processor time and memory of this very process", () => {
    const before = processUsage(process.pid);
    const end = performance.now() + 60;
    while (performance.now() < end);
    const after = processUsage(process.pid);
    assert.ok(after.cpuSeconds - before.cpuSeconds >= 0.02);
    assert.ok(after.rssMegabytes > 20 && after.peakMegabytes >= after.rssMegabytes);
  });
});
