import assert from "node:assert/strict";
import { createLogger, Logs } from "../../../../autoscaler/src/observe/logs.ts";
import { blindRecord, tickRecord } from "../records.ts";

interface Line {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

function capture(): { logs: Logs; lines: Line[] } {
  const lines: Line[] = [];
  const logger = createLogger("debug", { write: (text) => lines.push(JSON.parse(text) as Line) });
  return { logs: new Logs(logger), lines };
}

const told = (lines: readonly Line[]): string[] => lines.map(({ level, msg }) => `${level} ${msg}`);

describe("Logs", () => {
  it("tells a change at INFO with its counts, reasons and one readable sentence", () => {
    const { logs, lines } = capture();
    logs.decided(tickRecord());
    assert.deepEqual(told(lines), ["info scaled"]);
    assert.equal(lines[0]?.["explanation"], "worker 4 → 8 (backlog asks for 8: 800 at 100 per replica)");
    assert.equal(lines[0]["desiredReplicas"], 8);
    assert.deepEqual(lines[0]["reasons"], ["AboveTarget"]);
  });

  it("tells a tick without a change at DEBUG", () => {
    const { logs, lines } = capture();
    logs.decided(tickRecord({ outcome: "unchanged" }));
    assert.deepEqual(told(lines), ["debug decided"]);
  });

  it("warns of failures that heal, asks for someone at the fifth in a row, and tells the recovery", () => {
    const { logs, lines } = capture();
    for (let tick = 0; tick < 5; tick++)
      logs.failed({ target: "worker", at: tick, phase: "GetScale", error: "HTTP 500" });
    logs.decided(tickRecord());
    assert.deepEqual(told(lines), [
      ...Array<string>(4).fill("warn tick failed"),
      "error tick failed",
      "info scaled",
      "info ticks succeed again",
    ]);
    assert.equal(lines[4]?.["phase"], "GetScale");
    assert.equal(lines[4]["error"], "HTTP 500");
  });

  it("counts a refused write as a failure", () => {
    const { logs, lines } = capture();
    logs.decided(tickRecord({ outcome: "failed", error: "conflict" }));
    assert.deepEqual(told(lines), ["warn tick failed"]);
    assert.equal(lines[0]?.["phase"], "PatchScale");
  });

  it("tells a metric that is not fresh once, and when it is back", () => {
    const { logs, lines } = capture();
    for (const record of [blindRecord(), blindRecord(), tickRecord({ outcome: "unchanged" })]) logs.decided(record);
    assert.deepEqual(
      told(lines).filter((line) => line.includes("metric")),
      ["warn metric is not fresh", "info metric is fresh again"],
    );
  });
});
