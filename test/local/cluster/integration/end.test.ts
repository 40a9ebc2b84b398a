import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { cannotRunClusters } from "../../../../local/cluster/cannotRunClusters.ts";
import { clusterCgroups, createCgroup, daemonsIn, removeCgroup } from "../../../../local/cluster/cgroup.ts";
import { end } from "../../../../local/cluster/end.ts";
import { clusterNetwork, networkCount } from "../../../../local/cluster/network.ts";
import { writeState } from "../../../../local/cluster/state.ts";
import { startSupervisor } from "../../../../local/cluster/supervisor.ts";
import { withNumbers } from "../../../../local/cluster/withNumbers.ts";
import { until } from "../../../support/until.ts";

/** Far from those that clusters take first. */
const number = networkCount - 1;

const isThere = (name: string): boolean => clusterCgroups().some((one) => one.name === name);

describe("the end of a cluster", function () {
  this.timeout(60_000);
  let folder = "";
  let group = "";
  let stranger: ChildProcess | undefined;

  before(function () {
    if (cannotRunClusters() !== undefined) this.skip();
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "cluster-"));
  });

  afterEach(async () => {
    if (stranger !== undefined) {
      stranger.kill("SIGKILL");
      await once(stranger, "exit");
    }
    stranger = undefined;
    if (group !== "") await removeCgroup(group);
    rmSync(folder, { recursive: true, force: true });
  });

  /** What a cluster has left whose process is dead; returns the file by which processes join its group. */
  function leaveDead(): string {
    const { name, joinFile } = createCgroup(number) ?? assert.fail(`the number ${number} is taken`);
    group = name;
    writeState(folder, { ...clusterNetwork(number), supervisor: { pid: 1, startTime: "gone" }, cgroup: name });
    return joinFile;
  }

  it("weighs the groups by the cores of the machine", () => {
    leaveDead();
    const files = globSync(`/sys/fs/cgroup/{cpu/,}${group}{,/pods}/cpu.{shares,weight}`);
    assert.ok(files.length >= 2);
    for (const file of files) {
      const ofOne = file.endsWith("shares") ? 1024 : 100;
      assert.equal(readFileSync(file, "utf8").trim(), String(ofOne * availableParallelism()), file);
    }
  });

  it("removes the groups of one that is dead", async () => {
    leaveDead();
    await end(folder);
    assert.ok(!isThere(group));
    assert.ok(!existsSync(folder));
  });

  it("leaves the groups alone that another cluster has under the same number", async () => {
    const joinFile = leaveDead();
    stranger = spawn("sleep", ["infinity"]);
    writeFileSync(joinFile, String(stranger.pid));
    await end(folder, 0.2);
    assert.equal(daemonsIn(group), 1);
    assert.ok(!existsSync(folder), "the folder is the dead one's");
  });

  it("comes by itself where a start fails before it is written down", async () => {
    const images = { pause: "", helper: "", coredns: "", localPathProvisioner: "" };
    const missing = join(folder, "missing");
    const options = {
      folder: missing,
      logFile: join(missing, "log"),
      imageStore: "",
      hpa: {},
      images,
      owner: undefined,
    };
    await assert.rejects(startSupervisor(options), { code: "ENOENT" });
    const dead = (): string[] => clusterCgroups().flatMap(({ name }) => (daemonsIn(name) === 0 ? [name] : []));
    // Those of a cluster that is just ending go within moments.
    await until("no group is left without a process", () => withNumbers(() => Promise.resolve(dead().length === 0)));
  });
});
