import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../../../local/command.ts";
import type { Report } from "../../../local/demo/report.ts";
import { repositoryRoot } from "../../../local/paths.ts";
import { temporaryFolder } from "../../../local/process.ts";

// The command as a user runs it, with a small load. The first run on a machine builds the control plane.
describe("npm run demo -- --fake-pods", function () {
  this.timeout(1_800_000);
  const folder = temporaryFolder("demo");
  const read = (file: string): string => readFileSync(join(folder, file), "utf8");
  let printed: string;
  let report: Report;

  before(async () => {
    const flags = ["--seconds", "25", "--jobs", "200", "--work-seconds", "0.6", "--readiness-delay", "3"];
    const command = ["run", "-s", "demo", "--", "--fake-pods", ...flags, "--max-replicas", "8", "--output", folder];
    printed = await runCommand("npm", command, { cwd: repositoryRoot });
    report = JSON.parse(read("report.json")) as Report;
  });

  it("does every job, loses none and does none twice", () => {
    assert.equal(report.jobs.published, 200);
    assert.equal(report.jobs.done, 200);
    assert.equal(report.jobs.lost, 0);
    assert.equal(report.jobs.doneTwice, 0);
    assert.equal(report.pods.crashes, 0);
  });

  it("scales up under the burst and back down, within the bounds, each with its reason", () => {
    const ups = report.scales.filter(({ from, to }) => to > from);
    const downs = report.scales.filter(({ from, to }) => to < from);
    assert.ok(ups.length > 0 && downs.length > 0);
    assert.equal(report.pods.atMinimum, true);
    assert.ok(report.pods.maxReady > 2 && report.pods.maxReady <= 8);
    assert.equal(report.scales.at(-1)?.to, 2);
    for (const { reason } of report.scales) assert.match(reason, /wait asks for/);
  });

  it("replays its own decision log to the same decisions", () => {
    assert.equal(report.replay.same, true);
    const lines = read("decisions.ndjson").trimEnd().split("\n");
    const decisions = lines.filter((line) => line.includes('"decision":')).length;
    assert.equal(report.replay.text, `${decisions} decisions replayed, 0 differ from the log`);
  });

  it("prints the figures without a terminal as plain lines, and draws a picture", () => {
    assert.match(printed, /jobs done +200\n/);
    assert.match(printed, /^ +\d+ s {2}done \d+\/200 {2}backlog \d+/m);
    assert.ok(!printed.includes("\u001b"));
    assert.match(read("picture.svg"), /^<svg/);
  });

  it("leaves no secret behind", () => {
    for (const file of ["autoscaler.yaml", "autoscaler.log", "report.json"])
      assert.doesNotMatch(read(file), /amqp:\/\/[^/]*:[^/]*@/, file);
    const password = /passwordFile: (.*)/.exec(read("autoscaler.yaml"))?.[1] ?? "";
    assert.notEqual(password, "");
    assert.equal(existsSync(password), false);
  });
});
