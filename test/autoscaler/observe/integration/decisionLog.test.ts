import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DecisionLog } from "../../../../autoscaler/src/observe/decisionLog.ts";
import { until } from "../../../support/until.ts";
import { tickRecord } from "../records.ts";

describe("DecisionLog", () => {
  const folder = mkdtempSync(join(tmpdir(), "decision-log-"));
  after(() => {
    rmSync(folder, { recursive: true });
  });
  const unexpected = (error: Error): void => {
    throw error;
  };

  it("appends one line a tick with the state only where the record has one", async () => {
    const file = join(folder, "decisions.ndjson");
    const first = new DecisionLog(file, unexpected);
    first.decided(tickRecord({ state: null }));
    await first.close();
    const second = new DecisionLog(file, unexpected);
    second.decided(tickRecord());
    await second.close();

    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    const entries = lines.map((line) => JSON.parse(line) as { input: object });
    assert.deepEqual(
      entries.map(({ input }) => "state" in input),
      [true, false],
    );
    const { snapshot, decision, outcome } = tickRecord();
    assert.deepEqual(entries[1], { target: "worker", input: snapshot, decision, outcome });
  });

  it("begins a line of its own behind the half line of a killed process", async () => {
    const file = join(folder, "halves.ndjson");
    writeFileSync(file, '{"target":"wor');
    const log = new DecisionLog(file, unexpected);
    log.noted({ at: 1, kind: "LeaderElected", detail: "me" });
    log.failed({ target: "worker", at: 2, phase: "GetScale", error: "HTTP 500" });
    await log.close();
    assert.deepEqual(readFileSync(file, "utf8").split("\n"), [
      '{"target":"wor',
      '{"at":1,"note":{"kind":"LeaderElected","detail":"me"}}',
      '{"target":"worker","at":2,"failure":{"phase":"GetScale","error":"HTTP 500"}}',
      "",
    ]);
  });

  it("tells a write error once and goes on without the log", async () => {
    const errors: Error[] = [];
    const log = new DecisionLog(join(folder, "absent", "decisions.ndjson"), (error) => errors.push(error));
    await until("the error is told", () => errors.length > 0);
    log.decided(tickRecord());
    log.decided(tickRecord());
    await log.close();
    assert.equal(errors.length, 1);
    assert.match(errors[0]?.message ?? "", /ENOENT/);
  });
});
