import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../../local/paths.ts";

const read = (...path: string[]): string => readFileSync(join(repositoryRoot, ...path), "utf8");

const { exports } = JSON.parse(read("runtime", "package.json")) as { exports: Record<string, string> };

/** environment serves services' own settings and needs no guide. */
const modules = Object.keys(exports)
  .map((path) => path.replace("./", ""))
  .filter((name) => name !== "environment");

const pages = readdirSync(join(repositoryRoot, "docs", "runtime"))
  .filter((name) => name.endsWith(".md") && existsSync(join(repositoryRoot, "runtime", "src", name.slice(0, -3))))
  .map((name) => name.slice(0, -3));

describe("docs/runtime", () => {
  for (const name of modules) {
    it(`has a page for ${name}`, () => {
      assert.ok(pages.includes(name));
    });
  }

  for (const name of pages) {
    it(`shows the example of ${name} as it runs`, () => {
      const block = /^```ts\n(.*?)^```$/ms.exec(read("docs", "runtime", `${name}.md`))?.[1];
      assert.equal(block, read("runtime", "examples", `${name}.ts`));
    });
  }
});
