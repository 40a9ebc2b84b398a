import assert from "node:assert/strict";
import { chownSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  keyOf,
  readSecrets,
  writeSecrets,
  type GeneratedSecrets,
} from "../../../../../infra/render/secrets/secretsFile.ts";
import { temporaryFolder } from "../../../../../local/process.ts";

const password = { type: "random", inputs: "1", outputs: { result: "hunter2" } };
const other = { ...password, outputs: { result: "hunter3" } };
const some: GeneratedSecrets = { [keyOf("random", "one")]: password };

describe("a file of secrets", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = temporaryFolder("secrets-file");
    file = join(folder, "secrets.json");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("is read as it was written, by its owner alone, and leaves nothing beside it", () => {
    const before = readSecrets(file);
    assert.deepEqual(before.resources, {});
    writeSecrets(file, some, before);
    assert.deepEqual(readSecrets(file).resources, some);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder), ["secrets.json"]);
  });

  it("is not written when nothing has changed", () => {
    writeSecrets(file, some, readSecrets(file));
    const { ino } = statSync(file);
    writeSecrets(file, some, readSecrets(file));
    assert.equal(statSync(file).ino, ino);
  });

  it("of the first version, which had names alone, keeps its values", () => {
    writeFileSync(file, JSON.stringify({ version: 1, resources: { one: password } }), { mode: 0o600 });
    const before = readSecrets(file);
    assert.deepEqual(before.resources, some);
    writeSecrets(file, before.resources, before);
    assert.equal((JSON.parse(readFileSync(file, "utf8")) as { version: number }).version, 2);
  });

  const starts = [
    { name: "made", first: undefined },
    { name: "changed", first: some },
  ];
  for (const { name, first } of starts) {
    it(`that another run has ${name} meanwhile stays as that one wrote it`, () => {
      if (first !== undefined) writeSecrets(file, first, readSecrets(file));
      const before = readSecrets(file);
      writeSecrets(file, { [keyOf("random", "one")]: other }, before);
      assert.throws(() => {
        writeSecrets(file, { ...some, [keyOf("random", "two")]: password }, before);
      }, /was written by another run meanwhile/);
      assert.deepEqual(readSecrets(file).resources, { [keyOf("random", "one")]: other });
      assert.deepEqual(readdirSync(folder), ["secrets.json"]);
    });
  }

  it("of another user is refused", function () {
    // Nobody else may give files away.
    if (process.getuid?.() !== 0) this.skip();
    writeSecrets(file, some, readSecrets(file));
    chownSync(file, 65_534, 65_534);
    assert.throws(() => readSecrets(file), /belongs to user 65534/);
  });
});
