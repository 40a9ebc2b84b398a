import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../../local/paths.ts";

const document = readFileSync(join(repositoryRoot, "docs", "strategy.md"), "utf8");
const paths = [...document.matchAll(/`((?:infra|autoscaler|policy|test|runtime|services)\/[^`]+)`/g)].map(
  ([, path]) => path ?? "",
);

describe("docs/strategy.md", () => {
  it("names only what is there", () => {
    assert.ok(paths.length > 40);
    assert.deepEqual(
      [...new Set(paths)].filter((path) => !existsSync(join(repositoryRoot, path))),
      [],
    );
  });

  it("has no line without an answer", () => {
    const rows = document.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| strategy"));
    assert.deepEqual(
      rows.filter((row) =>
        row
          .split("|")
          .slice(1, 4)
          .some((cell) => cell.trim() === ""),
      ),
      [],
    );
  });
});
