import assert from "node:assert/strict";
import type { Snapshot } from "../../../../autoscaler/src/core/model.ts";
import { readDecisionLog } from "../../../../simulator/workloads/decisionLog.ts";

interface Seen {
  readonly publishRate?: number;
  readonly ready?: number;
  readonly unacknowledged?: number;
  readonly ackRate?: number;
  readonly replicas?: number;
}

function line(
  now: number,
  { replicas = 2, ...queue }: Seen | { error: string; replicas?: number },
  target = "worker",
): string {
  const reading = "error" in queue ? { error: queue.error } : { value: 0, observedAt: now, queue };
  const input: Snapshot = { now, currentReplicas: replicas, readyReplicas: replicas, readings: { depth: reading } };
  return JSON.stringify({ target, input, decision: {} });
}

const read = (...lines: string[]) => readDecisionLog(lines.join("\n"), "log", {});

describe("the arrivals of a decision log", () => {
  it("are spread between readings by their rate", () => {
    const { trace } = read(line(100, { publishRate: 9 }), line(105, { publishRate: 2 }), line(110, { publishRate: 4 }));
    assert.deepEqual(trace, {
      name: "log",
      seconds: 10,
      points: [
        { at: 0, binSeconds: 5, count: 10 },
        { at: 5, binSeconds: 5, count: 20 },
      ],
    });
  });

  it("pass over errors, failures, notes and half lines", () => {
    const { trace, longestGapSeconds } = read(
      line(0, { publishRate: 1 }),
      line(2, { error: "broker is down" }),
      '{"target":"worker","at":3,"failure":{"phase":"GetScale","error":"HTTP 500"}}',
      '{"at":1,"note":{"kind":"LeaderElected","detail":"me"}}',
      line(10, { publishRate: 3 }),
      '{"target":"wor',
    );
    assert.deepEqual(trace.points, [{ at: 0, binSeconds: 10, count: 30 }]);
    assert.equal(longestGapSeconds, 10);
  });

  it("count one observation once, whoever reads it again", () => {
    const again = line(6, { publishRate: 7 }).replace('"observedAt":6', '"observedAt":5');
    const { trace } = read(
      line(0, { publishRate: 1 }),
      line(5, { publishRate: 2 }),
      again,
      line(10, { publishRate: 2 }),
    );
    assert.deepEqual(
      trace.points.map(({ count }) => count),
      [10, 10],
    );
  });

  it("come with the work of a job by Little's law", () => {
    const held = { publishRate: 1, unacknowledged: 12, ackRate: 4 };
    assert.equal(read(line(0, held), line(5, held), line(10, held)).serviceSeconds, 3);
    assert.equal(read(line(0, { publishRate: 1 }), line(5, { publishRate: 1 })).serviceSeconds, undefined);
  });

  it("come with what a replica holds while others wait", () => {
    const busy = { publishRate: 1, ready: 50, unacknowledged: 32, replicas: 4 };
    const idle = { publishRate: 1, ready: 0, unacknowledged: 1, replicas: 4 };
    assert.equal(read(line(0, busy), line(5, busy), line(10, idle)).slots, 8);
    assert.equal(read(line(0, idle), line(5, idle)).slots, undefined);
  });

  it("come with the counts that there were", () => {
    const { podHours, initialReplicas } = read(
      line(0, { publishRate: 1, replicas: 10 }),
      line(1800, { publishRate: 1, replicas: 4 }),
      line(3600, { publishRate: 1, replicas: 4 }),
    );
    assert.equal(podHours, 7);
    assert.equal(initialReplicas, 10);
  });
});

describe("a decision log without arrivals", () => {
  const rate = { publishRate: 1 };
  for (const { name, lines, message } of [
    {
      ...{ name: "of several targets", lines: [line(0, rate, "a"), line(0, rate, "b")] },
      message: "--target must be one of a, b of log, not undefined",
    },
    { name: "of none", lines: ["nonsense"], message: "log holds no decision: a log has one in each line" },
    {
      ...{ name: "of a queue without rates", lines: [line(0, { ready: 1 })] },
      message: "log: worker has no metric with a publish rate, which is what arrivals are made of",
    },
    {
      ...{ name: "of one reading", lines: [line(0, rate)] },
      message: "log: worker has fewer than two readings with a publish rate",
    },
  ])
    it(`${name} is told`, () => {
      assert.throws(() => read(...lines), { name: "UserError", message });
    });
});
