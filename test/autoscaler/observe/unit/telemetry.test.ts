import assert from "node:assert/strict";
import { History } from "../../../../autoscaler/src/observe/history.ts";
import { fanOut } from "../../../../autoscaler/src/observe/telemetry.ts";
import { tickRecord } from "../records.ts";

describe("fanOut", () => {
  it("tells every sink, also when one throws", () => {
    const history = new History();
    const broken = {
      decided() {
        throw new Error("disk");
      },
      failed() {
        throw new Error("disk");
      },
      noted() {
        throw new Error("disk");
      },
    };
    const errors: unknown[] = [];
    const telemetry = fanOut([broken, history], (error) => errors.push(error));
    telemetry.decided(tickRecord());
    telemetry.failed({ target: "worker", at: 1, phase: "Decide", error: "x" });
    assert.equal(history.list("worker", 10).length, 1);
    assert.equal(history.failure("worker")?.phase, "Decide");
    assert.equal(errors.length, 2);
  });
});

describe("History", () => {
  const at = (now: number) => tickRecord({ snapshot: { now, currentReplicas: 1, readyReplicas: 1, readings: {} } });
  const times = (history: History, limit: number): number[] =>
    history.list("worker", limit).map(({ snapshot }) => snapshot.now);

  it("keeps the last records, newest first", () => {
    const history = new History(3);
    for (const now of [1, 2, 3, 4]) history.decided(at(now));
    assert.deepEqual(times(history, 10), [4, 3, 2]);
    assert.deepEqual(times(history, 2), [4, 3]);
    assert.equal(history.latest("worker")?.snapshot.now, 4);
  });

  it("forgets a failure once a decision is reached again", () => {
    const history = new History();
    history.failed({ target: "worker", at: 1, phase: "Decide", error: "x" });
    history.decided(at(2));
    assert.equal(history.failure("worker"), undefined);
  });
});
