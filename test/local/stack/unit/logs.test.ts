import assert from "node:assert/strict";
import { logLines } from "../../../../local/stack/diagnosis/logs.ts";
import { redactor } from "../../../../local/stack/diagnosis/redact.ts";

describe("the last lines of a log", () => {
  const password = "correct-horse-battery";
  const object = { apiVersion: "v1", kind: "Secret", metadata: { name: "one" }, stringData: { password } };
  const redact = redactor([object]);

  it("do not end in half a secret where they are cut", () => {
    const [line] = logLines(`${"x".repeat(290)}${password} and more\n`, redact);
    assert.equal(line, `${"x".repeat(290)}*** and mo`);
  });

  it("are those that say something", () => {
    assert.deepEqual(logLines("one\n\ntwo\n\n", redact), ["one", "two"]);
    assert.deepEqual(logLines("\n", redact), ["(it said nothing)"]);
  });
});
