import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const program = join(import.meta.dirname, "../../../local/main.ts");

describe("the command local", function () {
  this.timeout(60_000);

  it("tells a failure in one line, without the places in the code", () => {
    // Below a device no folder can be made, by root neither.
    const env = { ...process.env, JOBSPRINT_CACHE: "/dev/null/nowhere" };
    const { status, stderr } = spawnSync(process.execPath, [program, "cluster", "down"], { env, encoding: "utf8" });
    assert.equal(status, 1);
    assert.match(stderr, /^\[local\] ENOTDIR: .*\/dev\/null.*\n$/);
  });
});
