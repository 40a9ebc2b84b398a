import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { outagesDocument } from "../document.ts";

describe("docs/outages.md", () => {
  it("tells the outages that are tried (else run: npm run -s docs)", () => {
    const file = new URL("../../../../docs/outages.md", import.meta.url);
    assert.equal(readFileSync(file, "utf8"), outagesDocument());
  });
});
