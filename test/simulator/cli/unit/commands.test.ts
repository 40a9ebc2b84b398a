import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { picture } from "../../../../simulator/cli/picture.ts";
import { replay } from "../../../../simulator/cli/replay.ts";
import { run } from "../../../../simulator/cli/run.ts";
import { table } from "../../../../simulator/cli/table.ts";
import type { Report } from "../../../../simulator/report/report.ts";

const root = new URL("../../../../", import.meta.url).pathname;
const example = (name: string): string => join(root, "simulator/examples", name);

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function simulate(...args: string[]): Promise<Result> {
  return new Promise((resolve) => {
    const command = [join(root, "simulator/main.ts"), ...args];
    execFile(process.execPath, command, { timeout: 60_000, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === "number" ? error.code : -1, stdout, stderr });
    });
  });
}

describe("the simulator's commands", function () {
  this.timeout(120_000);
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "simulate-"));
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  const onExample = (config: string, ...more: string[]): Promise<Result> =>
    simulate("run", "--trace", example("jobs.csv"), "--config", example(config), ...more);

  it("run writes its report with pictures", async () => {
    const { code, stdout, stderr } = await onExample("config.yaml", "--service", "4", "--out", folder);
    assert.equal(stderr, "");
    assert.equal(code, 0);
    assert.match(stdout, /^# worker on jobs\.csv\n/);
    assert.match(
      await readFile(join(folder, "report.md"), "utf8"),
      /!\[Replicas and waits over time\]\(timeline\.svg\)/,
    );
    for (const name of ["timeline.svg", "cost.svg"]) assert.match(await readFile(join(folder, name), "utf8"), /^<svg/);
    const report = JSON.parse(await readFile(join(folder, "report.json"), "utf8")) as Report;
    assert.equal(report.own[0]?.setting, "worker");
    assert.equal(report.jobs, 6612);
  });

  it("run takes another longest wait and another seed", async () => {
    const options = ["--service", "4", "--wait", "20", "--seed", "7", "--json"];
    const report = JSON.parse((await onExample("backlog.yaml", ...options)).stdout) as Report;
    assert.equal(report.scenario.maxWaitSeconds, 20);
    assert.equal(report.seed, 7);
  });

  for (const { name, options, message } of [
    {
      ...{ name: "work that nobody knows the length of", options: { config: example("config.yaml") } },
      message: "jobs.csv has no column service to say how long a job takes: --service is required",
    },
    {
      ...{ name: "a wait that nobody says", options: { config: example("backlog.yaml"), service: 4 } },
      message: "worker has no drain rule to say how long a job may wait: --wait is required",
    },
    {
      ...{ name: "a target that is not there", options: { config: example("config.yaml"), target: "web" } },
      message: `--target must be one of worker of ${example("config.yaml")}, not "web"`,
    },
    {
      ...{ name: "a file that is not there", options: { config: "/nowhere.yaml" } },
      message: "cannot read /nowhere.yaml: ENOENT",
    },
  ])
    it(`run tells of ${name}`, async () => {
      const all = { trace: example("jobs.csv"), seed: 1, ...options };
      await assert.rejects(
        run(all, () => undefined),
        { name: "UserError", message },
      );
    });

  for (const { name, text, message } of [
    {
      ...{ name: "that is no work at all", text: "time,service\n0,0\n1,0\n" },
      message: "service is 0 in every line: there is no work to do",
    },
    {
      ...{ name: "of more jobs than fit", text: "time,count\n0,1e10\n60,1\n" },
      message: "must hold at most 10,000,000 jobs, not 10,000,000,001",
    },
    {
      ...{ name: "without end", text: "time,count\n0,1e999\n60,1\n" },
      message: 'line 2: count must be a number of at least 0, not "1e999"',
    },
  ])
    it(`run tells of a trace ${name}`, async () => {
      const trace = join(folder, "odd.csv");
      await writeFile(trace, text);
      await assert.rejects(
        run({ trace, config: example("config.yaml"), service: 4, seed: 1 }, () => undefined),
        { name: "TraceError", message: `odd.csv: 1 problem\n  ${message}` },
      );
    });

  it("tell before they run where nothing can be written", async () => {
    const file = join(folder, "file");
    await writeFile(file, "");
    const below = join(file, "below");
    const print = () => assert.fail("ran");
    const terminal = { print, progress: () => assert.fail("ran"), command: "", signal: new AbortController().signal };
    const all = { trace: example("jobs.csv"), config: example("config.yaml"), service: 4, seed: 1, out: below };
    const message = `cannot write to ${below}: ENOTDIR`;
    await assert.rejects(run(all, print), { name: "UserError", message });
    await assert.rejects(run({ ...all, out: file }, print), {
      name: "UserError",
      message: `cannot write to ${file}: EEXIST`,
    });
    await assert.rejects(replay({ ...all, log: "none" }, print), { name: "UserError", message });
    await assert.rejects(picture({ window: "ramp", readiness: 10, wait: 10, seed: 1, out: below }, print), {
      name: "UserError",
      message,
    });
    const page = join(below, "page.md");
    await assert.rejects(table({ windows: "ramp", page }, terminal), { name: "UserError", message });
    await assert.rejects(table({ windows: "ramp", page: folder }, terminal), {
      name: "UserError",
      message: `cannot write ${folder}: it is a folder`,
    });
  });

  it("replay tells of a log without decisions", async () => {
    const log = join(folder, "none.ndjson");
    await writeFile(log, '{"note":"started"}\n');
    await assert.rejects(
      replay({ log, config: example("config.yaml"), seed: 1 }, () => undefined),
      { name: "UserError", message: `${log} holds no decision: a log has one in each line` },
    );
  });

  it("run tells of a trace that is none, with its lines and without a stack", async () => {
    const trace = join(folder, "bad.csv");
    await writeFile(trace, "time,count\n0,1\n60,many\n");
    const { code, stderr } = await simulate("run", "--trace", trace, "--config", example("config.yaml"));
    assert.equal(stderr, 'bad.csv: 1 problem\n  line 3: count must be a number of at least 0, not "many"\n');
    assert.equal(code, 1);
  });

  it("replay simulates two configurations on the arrivals of a log", async () => {
    // Ten jobs a second for five minutes with 20 held by 10 replicas: 2 s of work each.
    const log = join(folder, "decisions.ndjson");
    const queue = { ready: 5, unacknowledged: 20, publishRate: 10, deliverRate: 10, ackRate: 10 };
    const lines = Array.from({ length: 60 }, (_, tick) => {
      const now = 1_700_000_000 + tick * 5;
      const readings = { queue: { value: 25, observedAt: now, queue } };
      const input = { now, currentReplicas: 10, readyReplicas: 10, readings, ...(tick === 0 && { state: null }) };
      return JSON.stringify({ target: "worker", input, decision: { desiredReplicas: 10 } });
    });
    await writeFile(log, `${lines.join("\n")}\n`);
    const configs = ["--config", example("config.yaml"), "--against", example("backlog.yaml")];
    const { code, stdout, stderr } = await simulate("replay", "--log", log, ...configs, "--json");
    assert.equal(stderr, "");
    assert.equal(code, 0);
    const report = JSON.parse(stdout) as Report;
    assert.equal(report.jobs, 2950);
    assert.equal(report.meanServiceSeconds, 2);
    assert.equal(report.scenario.slotsPerReplica, 2);
    assert.equal(report.scenario.initialReplicas, 10);
    assert.deepEqual(
      report.own.map(({ setting }) => setting),
      [example("config.yaml"), example("backlog.yaml")],
    );
    assert.ok(report.notes.some((note) => /60 decisions compared/.test(note)));
  });

  it("table tells of a window that is not there", async () => {
    const { code, stderr } = await simulate("table", "--windows", "ramp,nowhere");
    assert.match(stderr, /^window must be one of azure-code, .*, not "nowhere"\n$/);
    assert.equal(code, 1);
  });

  it("picture writes both pictures of a cell", async () => {
    const { code, stdout } = await simulate("picture", "--window", "ramp", "--out", folder);
    assert.equal(code, 0);
    const files = stdout.trim().split("\n");
    assert.equal(files.length, 2);
    for (const file of files) assert.match(await readFile(file, "utf8"), /^<svg/);
  });
});
