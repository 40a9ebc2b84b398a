import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { renderStack } from "../../../../infra/render/renderStack.ts";
import { stacks } from "../../support/stacks.ts";
import { goldenFile, goldenText } from "../golden.ts";

describe("the golden file", function () {
  this.timeout(120_000);

  for (const stack of stacks) {
    it(`of ${stack} is what the program registers; after a wanted change: npm run -s golden`, async () => {
      const [expected, found] = [readFileSync(goldenFile(stack), "utf8"), goldenText(await renderStack(stack))];
      assert.deepEqual(changedLines(expected, found), []);
      assert.equal(found, expected);
    });
  }
});

/** The first lines that differ: thousands of equal ones would hide them. */
function changedLines(expected: string, found: string): string[] {
  const [old, now] = [expected.split("\n"), found.split("\n")];
  const at = old.findIndex((line, index) => line !== now[index]);
  if (at === -1) return [];
  return [
    `line ${at + 1}`,
    ...old.slice(at - 2, at + 4).map((line) => `- ${line}`),
    ...now.slice(at - 2, at + 4).map((line) => `+ ${line}`),
  ];
}
