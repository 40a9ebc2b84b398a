import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { faults } from "../../../../local/faults/catalogue.ts";
import { checks } from "../../../../local/faults/checks/checks.ts";
import type { FaultResult } from "../../../../local/faults/measure.ts";
import { isWanted, readOptions } from "../../../../local/faults/options.ts";
import { faultRows, failuresOf, markdownTable, terminalTable } from "../../../../local/faults/table.ts";

const result: FaultResult = {
  name: "Worker deleted",
  what: "workflow-worker-1",
  requests: { operations: 100, failedRaw: 3, failedAfterRetry: 1, byStatus: { "503": 2, none: 1 }, slowestSeconds: 1 },
  executions: { accepted: 50, lost: 0, countedWrongly: 0 },
  wrongScaleDowns: [],
  otherRestarts: [],
  recoverySeconds: 12.34,
};

describe("the table of faults", () => {
  it("shows what a fault has cost", () => {
    const [, row = []] = faultRows([result]);
    assert.deepEqual(row, ["Worker deleted", "100", "3 (2 × 503, 1 × none)", "1", "0 of 50", "0", "0", "0", "12.3 s"]);
  });
  it("says so when it has not recovered", () => {
    assert.equal(faultRows([{ ...result, recoverySeconds: null }])[1]?.at(-1), "not in time");
  });
  it("is aligned in a terminal and escaped as Markdown", () => {
    assert.equal(
      terminalTable([
        ["a", "b"],
        ["long", "c"],
      ]),
      "a     b\nlong  c",
    );
    assert.equal(markdownTable([["a"], ["b|c"]]), "| a |\n| --- |\n| b\\|c |");
  });

  const broken: [string, Partial<FaultResult>, RegExp][] = [
    [
      "a lost execution",
      { executions: { accepted: 5, lost: 1, countedWrongly: 0 } },
      /1 accepted executions were lost/,
    ],
    ["one counted twice", { executions: { accepted: 5, lost: 0, countedWrongly: 2 } }, /2 executions were counted/],
    ["a wrong fall", { wrongScaleDowns: [{ at: 1, from: 5, to: 3, why: "x was stale" }] }, /from 5 to 3, though x/],
    ["no recovery", { recoverySeconds: null, missing: "2 of 3" }, /not recovered in time: 2 of 3/],
  ];
  for (const [name, more, expected] of broken)
    it(`fails by ${name}`, () => {
      const [failure] = failuresOf([{ ...result, ...more }], []);
      assert.match(failure ?? "", expected);
    });
  it("does not fail by requests that had to be repeated", () => {
    assert.deepEqual(failuresOf([result], [{ name: "a check", seen: "", problems: [] }]), []);
  });
});

describe("the options", () => {
  it("name faults and checks by their beginnings", () => {
    const options = readOptions(["--only", "redis master,PostgreSQL"]);
    assert.ok(options !== "help");
    const wanted = [...faults, ...checks].filter((one) => isWanted(options, one));
    assert.deepEqual(
      wanted.map(({ name }) => name),
      ["Redis master deleted", "PostgreSQL replica deleted"],
    );
  });
  it("are refused all at once", () => {
    assert.throws(() => readOptions(["--only", "nothing", "--rate", "0"]), /nothing that is tried[^]*--rate must be/);
  });
});

describe("docs/faults.md", () => {
  it("tells every fault and check that is tried (else run: npm run -s faults -- --page docs/faults.md)", function () {
    const file = new URL("../../../../docs/faults.md", import.meta.url);
    assert.ok(existsSync(file));
    const page = readFileSync(file, "utf8");
    const untold = [...faults, ...checks].map(({ name }) => name).filter((name) => !page.includes(name));
    assert.deepEqual(untold, []);
  });
});
