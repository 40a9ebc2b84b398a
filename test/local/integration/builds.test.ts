import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "../../../local/paths.ts";

/** Run in a child: the cache's place is read once, when the modules are loaded. */
const question = `
const { availablePulumi } = await import(${JSON.stringify(join(repositoryRoot, "local/engine/pulumi.ts"))});
const { isAwsProviderBuilt } = await import(${JSON.stringify(join(repositoryRoot, "local/aws/provider.ts"))});
const { isTofuBuilt } = await import(${JSON.stringify(join(repositoryRoot, "local/aws/tofu.ts"))});
console.log(JSON.stringify([await availablePulumi() ?? null, isTofuBuilt(), isAwsProviderBuilt()]));
`;

describe("the builds", function () {
  this.timeout(60_000);
  let folder = "";

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "builds-"));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  function run(
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): { status: number | null; stdout: string; stderr: string } {
    const all = { ...process.env, PATH: "/usr/bin:/bin", JOBSPRINT_CACHE: folder, ...env };
    return spawnSync(process.execPath, args, { env: all, encoding: "utf8" });
  }

  const ask = (env: NodeJS.ProcessEnv = {}): ReturnType<typeof run> =>
    run(["--input-type=module", "-e", question], env);

  /** A `pulumi` that answers every call with a version. */
  async function fakePulumi(version: string): Promise<string> {
    const file = join(folder, "pulumi");
    await writeFile(file, `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });
    return file;
  }

  it("are not there with an empty cache, and nothing is built to find out", () => {
    assert.equal(ask().stdout, "[null,false,false]\n");
  });

  it("give way to the Pulumi CLI that PULUMI_BINARY names", async () => {
    const file = await fakePulumi("v0.0.1");
    assert.equal(ask({ PULUMI_BINARY: file }).stdout, `["${file}",false,false]\n`);
  });

  it("refuse a PULUMI_BINARY that is not there", () => {
    const { status, stderr } = ask({ PULUMI_BINARY: "/nowhere/pulumi" });
    assert.equal(status, 1);
    assert.match(stderr, /PULUMI_BINARY names no file: "\/nowhere\/pulumi"/);
  });

  for (const [version, taken] of [
    ["v3.259.0", true],
    ["v3.258.0", false],
  ] as const)
    it(`${taken ? "take" : "leave"} a Pulumi CLI ${version} on the PATH`, async () => {
      const file = await fakePulumi(version);
      const expected = JSON.stringify([taken ? file : null, false, false]);
      assert.equal(ask({ PATH: `${folder}:/usr/bin:/bin` }).stdout.trim(), expected);
    });

  it("are asked for by names that exist", () => {
    const { status, stderr } = run([join(repositoryRoot, "local/main.ts"), "build", "pulumi", "azure"]);
    assert.equal(status, 1);
    assert.match(stderr, /unknown "azure"; there are servers, kubernetes, pulumi, aws/);
  });
});
