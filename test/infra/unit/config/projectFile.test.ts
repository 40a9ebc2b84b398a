import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { keyTypes } from "../../../../infra/config/schema.ts";
import { repositoryRoot } from "../../../../local/paths.ts";

interface Declared {
  type?: string;
  description?: string;
}

describe("Pulumi.yaml", () => {
  const { config } = parse(readFileSync(join(repositoryRoot, "Pulumi.yaml"), "utf8")) as {
    config: Record<string, Declared>;
  };
  const own = Object.entries(config).filter(([key]) => !key.includes(":"));

  it("declares every key that the program reads, and no other, by its type", () => {
    assert.deepEqual(Object.fromEntries(own.map(([key, { type }]) => [key, type])), keyTypes);
  });

  it("describes each", () => {
    assert.deepEqual(
      own.filter(([, { description = "" }]) => description.length < 10).map(([key]) => key),
      [],
    );
  });
});
