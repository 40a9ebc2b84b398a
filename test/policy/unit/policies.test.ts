import assert from "node:assert/strict";
import { existsSync, globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { policies } from "../../../policy/policies.ts";
import { table } from "../../../policy/document.ts";

const root = new URL("../../../", import.meta.url).pathname;
const paths = globSync("{aws,kubernetes}/**/*.ts", { cwd: `${root}policy` }).map((file) => file.replace(/\.ts$/, ""));

/** `aws/rds/encryptStorage` → `aws-rds-encrypt-storage`; `V2` is one word. */
const kebabCase = (path: string) =>
  path
    .replaceAll("/", "-")
    .replaceAll(/(?<=[a-z0-9])[A-Z]/g, "-$&")
    .toLowerCase();

describe("the pack", function () {
  this.timeout(60_000);

  it("has at least 34 policies, one a file, named after its path", () => {
    const names = policies.map(({ name }) => name);
    assert.deepEqual(names.toSorted(), paths.map(kebabCase).toSorted());
    assert.ok(names.length >= 34);
  });

  it("has a test of every policy under the same path", () => {
    const untested = paths.filter((path) => !existsSync(`${root}test/policy/unit/${path}.test.ts`));
    assert.deepEqual(untested, []);
  });

  for (const { name, description, severity, enforcementLevel } of policies) {
    it(`says of ${name} why, how severe and how strict it is`, () => {
      assert.match(description, /^[A-Z].{30,}[.]$/);
      assert.ok(severity);
      // Only what loses neither data nor safety may pass with a warning.
      assert.equal(enforcementLevel, severity === "low" ? "advisory" : "mandatory");
    });
  }

  it("is described by docs/policies.md as it is (npm run docs writes it)", async () => {
    assert.equal(await readFile(`${root}docs/policies.md`, "utf8"), table());
  });
});
