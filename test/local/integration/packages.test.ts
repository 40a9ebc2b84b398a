import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasProgram, installPackages } from "../../../local/packages.ts";

// Stands in for apt: tells what it was called with, whether services may start, and whether another one ran meanwhile.
const apt = (folder: string): string => `#!/bin/sh
mkdir ${folder}/busy || echo two at once >> ${folder}/log
echo "$@" >> ${folder}/log
/usr/sbin/policy-rc.d containerd start; echo "services: $?" >> ${folder}/log
sleep 0.3
rmdir ${folder}/busy
`;

describe("the installation of Debian packages", function () {
  this.timeout(60_000);
  const path = process.env["PATH"];
  let folder = "";

  before(function () {
    if (process.getuid?.() !== 0) this.skip();
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "apt-"));
    writeFileSync(join(folder, "apt-get"), apt(folder));
    chmodSync(join(folder, "apt-get"), 0o755);
    process.env["PATH"] = `${folder}:${path ?? ""}`;
  });

  afterEach(() => {
    process.env["PATH"] = path;
    rmSync(folder, { recursive: true, force: true });
  });

  it("removes no package and starts no service, also when two are asked for at once", async () => {
    const policyBefore = existsSync("/usr/sbin/policy-rc.d");
    await Promise.all([installPackages(["one"]), installPackages(["other"])]);
    const lines = readFileSync(join(folder, "log"), "utf8").trim().split("\n");
    assert.equal(lines.length, 4, lines.join("\n"));
    for (const line of lines) assert.match(line, /^install .*--no-remove .*(one|other)$|^services: 101$/);
    assert.equal(existsSync("/usr/sbin/policy-rc.d"), policyBefore);
  });

  it("is needless for a program that is anywhere on the path", () => {
    assert.ok(!hasProgram("dockers-own-runc"));
    writeFileSync(join(folder, "dockers-own-runc"), "", { mode: 0o755 });
    assert.ok(hasProgram("dockers-own-runc"));
  });
});
