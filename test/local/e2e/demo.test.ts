import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = new URL("../../../", import.meta.url).pathname;

interface Report {
  readonly jobs: { readonly published: number; readonly done: number; readonly lost: number };
  readonly scales: readonly { readonly from: number; readonly to: number; readonly reason: string }[];
  readonly replay: { readonly same: boolean };
}

describe("the demo, shortened", function () {
  this.timeout(300_000);
  let folder = "";

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "demo-"));
    const options = ["--seconds", "20", "--jobs", "150", "--readiness-delay", "3", "--output", folder];
    const demo = spawn(process.execPath, [join(root, "local/demo/main.ts"), ...options], {
      cwd: root,
      stdio: ["ignore", "ignore", "inherit"],
    });
    const [code] = (await once(demo, "exit")) as [number | null];
    assert.equal(code, 0);
  });

  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const report = async (): Promise<Report> => JSON.parse(await readFile(join(folder, "report.json"), "utf8")) as Report;

  it("loses no message", async () => {
    const { published, done, lost } = (await report()).jobs;
    assert.deepEqual([published, done, lost], [150, 150, 0]);
  });

  it("scales up and down, each time with a reason", async () => {
    const { scales } = await report();
    assert.ok(scales.some(({ from, to }) => to > from));
    assert.ok(scales.some(({ from, to }) => to < from));
    assert.ok(scales.every(({ reason }) => reason.length > 0));
  });

  it("decides the same again from its log", async () => {
    assert.equal((await report()).replay.same, true);
  });

  it("draws a picture", () => {
    assert.ok(existsSync(join(folder, "picture.svg")));
  });
});
