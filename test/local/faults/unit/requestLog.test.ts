import assert from "node:assert/strict";
import {
  acceptedKeys,
  countRequests,
  isQuiet,
  lastFailureAt,
  type Operation,
} from "../../../../local/faults/requestLog.ts";

/** Answers come a second after each other. */
const operation = (kind: Operation["kind"], statuses: readonly number[], more: Partial<Operation> = {}): Operation => ({
  ...{ kind, sentAt: 100, over: true },
  attempts: statuses.map((status, index) => ({ endedAt: 101 + index, status })),
  ...more,
});

const start = (key: string, ...statuses: number[]): Operation => operation("start", statuses, { key });

describe("what became of requests", () => {
  const cases: [string, Operation[], [raw: number, afterRetry: number]][] = [
    ["all as expected", [operation("read", [200]), start("a", 202)], [0, 0]],
    ["a 503 that the retry mends", [start("a", 503, 202)], [1, 0]],
    ["no answer that the retry mends", [operation("read", [0, 200])], [1, 0]],
    ["a failure twice", [start("a", 503, 0)], [1, 1]],
    ["an error that is not asked for again", [operation("read", [500])], [1, 1]],
    ["a start answered like a read", [start("a", 200)], [1, 1]],
    ["a retry that is under way", [operation("read", [503], { over: false })], [1, 0]],
    ["nothing asked", [], [0, 0]],
  ];
  for (const [name, operations, expected] of cases)
    it(name, () => {
      const { failedRaw, failedAfterRetry, operations: all } = countRequests(operations);
      assert.deepEqual([failedRaw, failedAfterRetry, all], [...expected, operations.length]);
    });

  it("first failures are told by status", () => {
    const { byStatus } = countRequests([start("a", 503, 202), start("b", 503, 503), operation("read", [0, 200])]);
    assert.deepEqual(byStatus, { "503": 2, none: 1 });
  });

  it("an execution is accepted by whichever attempt", () => {
    const all = [start("a", 202), start("b", 503, 202), start("c", 503, 503), operation("read", [200])];
    assert.deepEqual(acceptedKeys(all), ["a", "b"]);
  });

  it("the last failing answer counts, also that of a retry", () => {
    assert.equal(lastFailureAt([start("a", 503, 503), operation("read", [500])]), 102);
    assert.equal(lastFailureAt([start("a", 202)]), undefined);
  });

  it("is quiet without failures and without answers that stay away", () => {
    const failed = operation("read", [0, 200]);
    assert.equal(isQuiet([failed], 105, 5), false);
    assert.equal(isQuiet([failed], 107, 5), true);
    assert.equal(isQuiet([operation("read", [])], 106, 5), false);
    assert.equal(isQuiet([operation("read", [], { sentAt: 104 })], 106, 5), true);
  });
});
