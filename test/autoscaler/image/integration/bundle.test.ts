import assert from "node:assert/strict";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle, bundleFiles, type Bundle } from "../../../../build/bundle.ts";
import { programs } from "../../../../build/programs.ts";
import { runCommand } from "../../../../local/command.ts";
import { createImage, runInImage, type Image } from "../../../../local/image/root.ts";
import { repositoryRoot } from "../../../../local/paths.ts";
import { temporaryFolder } from "../../../../local/process.ts";

const example = join(repositoryRoot, "autoscaler/config.example.yaml");
const sources = join(repositoryRoot, "autoscaler/src/main.ts");
const files = bundleFiles(programs.autoscaler());
const program = ["/nodejs/bin/node", `/app/${files.program}`] as const;
const node = (script: string) => ["/nodejs/bin/node", "-p", script] as const;

/** Licences that allow passing the package on inside of ours, with their text. */
const allowed = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "Unlicense"];

const decideInput = [
  {
    now: 0,
    currentReplicas: 4,
    readings: { queueDepth: { value: 4000, observedAt: 0 }, cpu: { value: 50, observedAt: 0 } },
  },
  { now: 2, readings: { queueDepth: { error: "broker is down" }, cpu: { value: 95, observedAt: 2 } } },
  { now: 400, readings: { queueDepth: { value: 3, observedAt: 400 }, cpu: { value: 5, observedAt: 400 } } },
];

// The bundle is all there is: the root has Node, the C libraries, the mounted configuration, and no node_modules.
describe("the bundle in a root file system like the image's", function () {
  this.timeout(180_000);
  let folder: string;
  let built: Bundle;
  let image: Image;

  before(async () => {
    folder = temporaryFolder("bundle");
    built = await bundle(programs.autoscaler(), folder);
    const input = join(temporaryFolder("input"), "input.jsonl");
    writeFileSync(input, decideInput.map((line) => JSON.stringify(line)).join("\n"));
    image = await createImage(folder, { "config.yaml": example, "input.jsonl": input });
  });

  const mounted = (name: string): string => join(image.config, name);

  it("checks the example configuration as the sources do", async () => {
    const command = ["check", "--config", "/etc/autoscaler/config.yaml"];
    const printed = await runInImage(image, [...program, ...command]);
    const expected = await runCommand(process.execPath, [sources, "check", "--config", mounted("config.yaml")]);
    assert.equal(printed, expected.replace(image.config, "/etc/autoscaler"));
    assert.match(printed, /valid, 1 target/);
  });

  it("decides the same as the sources, byte for byte", async () => {
    const decide = (at: string) => [
      ...["decide", "--config", `${at}/config.yaml`, "--target", "workflow-worker", "--input", `${at}/input.jsonl`],
    ];
    const printed = await runInImage(image, [...program, ...decide("/etc/autoscaler")]);
    assert.equal(printed, await runCommand(process.execPath, [sources, ...decide(image.config)]));
    assert.equal(printed.trim().split("\n").length, decideInput.length);
  });

  it("runs as a user that can write to its data folder alone", async () => {
    const attempt = `path => { try { fs.writeFileSync(path + '/x', ''); return 'written' } catch (e) { return e.code } }`;
    const script = `JSON.stringify([process.getuid(), ['/', '/app', '/etc/autoscaler', '/usr/lib', '/data'].map(${attempt})])`;
    const [user, written] = JSON.parse(await runInImage(image, node(script))) as [number, string[]];
    assert.equal(user, 65532);
    assert.deepEqual(written, ["EROFS", "EROFS", "EROFS", "EROFS", "written"]);
  });

  it("traces an error to the sources when source maps are asked for", async () => {
    const fault = join(temporaryFolder("fault"), "fault.cjs");
    writeFileSync(fault, "process.stdout.write = () => { throw new Error('a fault') };");
    const faulty = await createImage(folder, { "config.yaml": example, "fault.cjs": fault });
    const flags = ["--enable-source-maps", "--require", "/etc/autoscaler/fault.cjs"];
    const command = [program[0], ...flags, program[1], "check", "--config", "/etc/autoscaler/config.yaml"];
    await assert.rejects(runInImage(faulty, command), /a fault[^]*autoscaler\/src\/cli\/check\.ts:\d+/);
  });

  it("contains no development dependency, and licences that may be passed on", () => {
    const lock = JSON.parse(readFileSync(join(repositoryRoot, "package-lock.json"), "utf8")) as {
      packages: Record<string, { version?: string; dev?: boolean }>;
    };
    const development = new Set(
      Object.entries(lock.packages)
        .filter(([, { dev }]) => dev === true)
        .map(([path, { version }]) => `${path.replace(/^.*node_modules\//, "")} ${version ?? ""}`),
    );
    const inside = built.packages.map(({ name, version }) => `${name} ${version}`);
    assert.ok(inside.length > 50);
    assert.deepEqual(
      inside.filter((one) => development.has(one)),
      [],
    );
    assert.deepEqual(
      built.packages.filter(({ licence }) => !allowed.includes(licence)),
      [],
    );
  });

  it("is one program with its map and the licences beside it", () => {
    assert.deepEqual(readdirSync(folder).sort(), Object.values(files).sort());
    const licences = readFileSync(join(folder, files.licences), "utf8");
    for (const { name, version } of built.packages) assert.ok(licences.includes(`${name} ${version}\n`), name);
  });
});
