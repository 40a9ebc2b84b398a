import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { handDownControllers } from "../../../../local/cluster/handDownControllers.ts";

/** A tree of cgroup v2 with a controller; beside the controllers of v1 there may be some left for it. */
function findTree(): string | undefined {
  const has = (file: string): boolean => existsSync(file) && readFileSync(file, "utf8").trim() !== "";
  const trees = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"];
  return trees.find((tree) => process.getuid?.() === 0 && has(join(tree, "cgroup.subtree_control")));
}

describe("a control group of version 2 that hands down its controllers", () => {
  let group = "";
  let child: ChildProcess | undefined;

  before(function () {
    const tree = findTree();
    if (tree === undefined) this.skip();
    group = join(tree, `test-${process.pid}`);
  });

  beforeEach(() => {
    mkdirSync(group);
  });

  afterEach(async () => {
    if (child !== undefined) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    child = undefined;
    for (const folder of [join(group, "init"), group]) if (existsSync(folder)) rmdirSync(folder);
  });

  const read = (file: string): string => readFileSync(join(group, file), "utf8").trim();

  it("does so where nothing runs in it", () => {
    handDownControllers(group);
    assert.equal(read("cgroup.subtree_control"), read("cgroup.controllers"));
    assert.ok(!existsSync(join(group, "init")));
  });

  it("first moves what runs in it, as in the root group of a container", () => {
    child = spawn("sleep", ["infinity"]);
    writeFileSync(join(group, "cgroup.procs"), String(child.pid));
    handDownControllers(group);
    assert.equal(read("cgroup.subtree_control"), read("cgroup.controllers"));
    assert.equal(read("init/cgroup.procs"), String(child.pid));
  });
});
