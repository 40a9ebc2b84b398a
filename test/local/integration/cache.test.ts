import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const module = new URL("../../../local/cache.ts", import.meta.url).href;

/** A run that builds: says "building", waits for a line on its input, notes that it built, and prints the result. */
const program = `
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { once } from "node:events";
const { cached } = await import(${JSON.stringify(module)});
const folder = await cached("thing", "1", async (output) => {
  console.log("building");
  await once(process.stdin, "data");
  appendFileSync(process.env.BUILT, "x");
  writeFileSync(output + "/result", "whole");
});
console.log("result " + readFileSync(folder + "/result", "utf8"));
process.exit(0);
`;

describe("the build cache", function () {
  this.timeout(60_000);
  let folder = "";
  let runs: ChildProcess[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "cache-"));
    runs = [];
  });

  afterEach(async () => {
    for (const run of runs) run.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });

  function start(): ChildProcess {
    const env = { ...process.env, JOBSPRINT_CACHE: folder, BUILT: join(folder, "built-count") };
    const run = spawn(process.execPath, ["--input-type=module", "-e", program], { env, stdio: "pipe" });
    runs.push(run);
    return run;
  }

  async function says(run: ChildProcess, stream: "stdout" | "stderr", text: string): Promise<void> {
    let heard = "";
    for await (const chunk of run[stream]!.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      heard += chunk.toString();
      if (heard.includes(text)) return;
    }
    assert.fail(`ended without "${text}": ${heard}`);
  }

  const builds = async (): Promise<number> => (await readFile(join(folder, "built-count"), "utf8")).length;

  it("builds once for two runs at the same time", async () => {
    const first = start();
    await says(first, "stdout", "building");
    const second = start();
    // It names the one it waits for, so it does wait.
    await says(second, "stderr", String(first.pid));
    first.stdin!.write("go\n");
    await Promise.all([says(first, "stdout", "result whole"), says(second, "stdout", "result whole")]);
    assert.equal(await builds(), 1);
  });

  it("builds again after a run was killed in the middle", async () => {
    const killed = start();
    await says(killed, "stdout", "building");
    killed.kill("SIGKILL");
    await once(killed, "exit");
    const next = start();
    await says(next, "stdout", "building");
    next.stdin!.write("go\n");
    await says(next, "stdout", "result whole");
    assert.equal(await builds(), 1);
  });
});
