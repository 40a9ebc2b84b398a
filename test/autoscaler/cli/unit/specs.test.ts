import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { specs, type PrintedTarget } from "../../../../autoscaler/src/cli/specs.ts";
import { parseConfig } from "../../../../autoscaler/src/config/parse.ts";
import { toTargetSpec } from "../../../../autoscaler/src/config/targetSpec.ts";

const fixture = new URL("../../../fixtures/config/valid.yaml", import.meta.url).pathname;

async function printed(file: string): Promise<PrintedTarget[]> {
  const texts: string[] = [];
  await specs(file, (text) => texts.push(text));
  assert.equal(texts.length, 1);
  return JSON.parse(texts[0]!) as PrintedTarget[];
}

describe("the printed targets", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "autoscaler-specs-"));
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  /** The fixture with some of its text replaced. */
  async function configWith(found: string, replacement: string): Promise<string> {
    const text = await readFile(fixture, "utf8");
    assert.ok(text.includes(found));
    const file = join(folder, "config.yaml");
    await writeFile(file, text.replace(found, replacement));
    return file;
  }

  it("are the specifications that decisions are made with", async () => {
    const [target] = await printed(fixture);
    const { targets } = parseConfig(await readFile(fixture, "utf8"), fixture);
    assert.deepEqual(target?.spec, toTargetSpec(targets[0]!));
    assert.equal(target.periodSeconds, 2);
    assert.deepEqual(target.schedules, []);
  });

  it("say where each metric comes from", async () => {
    const metrics = "cpu: { resource: cpu }";
    const more = [
      "ready: { rabbitmq: { broker: main, queues: [{ name: workflow }], count: ready } }",
      "cpu: { resource: cpu }",
      "memory: { resource: memory }",
      "requests: { podMetrics: { port: 9464, counter: requests_total } }",
      "lists: { redis: { urlFile: /url, lists: [jobs] } }",
    ].join("\n      ");
    const [target] = await printed(await configWith(metrics, more));
    assert.deepEqual(target?.origins, {
      queueDepth: { kind: "rabbitmq", count: "all" },
      ready: { kind: "rabbitmq", count: "ready" },
      cpu: { kind: "cpu" },
      memory: { kind: "memory" },
      requests: { kind: "podMetrics" },
      lists: { kind: "redis" },
    });
    assert.deepEqual(Object.keys(target.origins).sort(), Object.keys(target.spec.metrics).sort());
  });

  it("have the bounds outside all schedules, and the schedules' names", async () => {
    const schedule =
      '{ name: office, timeZone: Europe/Berlin, start: "0 8 * * 1-5", end: "0 18 * * 1-5", minReplicas: 20 }';
    const [target] = await printed(
      await configWith("maxReplicas: 60", `maxReplicas: 60\n    schedules: [${schedule}]`),
    );
    assert.deepEqual(target?.schedules, ["office"]);
    assert.equal(target.spec.minReplicas, 2);
  });

  it("of a bad configuration are none: all its problems are told", async () => {
    const bad = fixture.replace("valid.yaml", "invalid/many-problems.yaml");
    await assert.rejects(printed(bad), { name: "ConfigError", message: /has 4 problems:/ });
  });
});
