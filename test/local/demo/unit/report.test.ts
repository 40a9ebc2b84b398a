import assert from "node:assert/strict";
import { readScales } from "../../../../local/demo/autoscaler.ts";
import { Ledger, percentile } from "../../../../local/demo/ledger.ts";
import { readOptions, type DemoOptions } from "../../../../local/demo/options.ts";
import { picture } from "../../../../local/demo/picture.ts";
import { createReport, failures, type Facts } from "../../../../local/demo/report.ts";
import { frame, sparkline } from "../../../../local/demo/liveView.ts";
import { summary, wrap } from "../../../../local/demo/summary.ts";
import type { Sample } from "../../../../local/demo/timeline.ts";

const options = readOptions([]) as DemoOptions;

function ledger(): Ledger {
  const jobs = new Ledger();
  for (const [index, id] of ["a", "b", "c", "d"].entries()) jobs.published(id, 100 + index);
  for (const id of ["a", "b", "c"]) jobs.accepted(id);
  jobs.done({ id: "a", startedAt: 101, finishedAt: 102, redelivered: false });
  jobs.done({ id: "b", startedAt: 141, finishedAt: 142, redelivered: true });
  jobs.done({ id: "b", startedAt: 150, finishedAt: 151, redelivered: true });
  return jobs;
}

const sample: Sample = {
  at: 1.5,
  published: 4,
  done: 2,
  backlog: 7,
  readyReplicas: 3,
  desiredReplicas: 5,
  waitSeconds: 2.25,
  explanation: "workflow-worker 3 → 5 (wait asks for 5: backlog 7)",
};

function facts(differs: Partial<Facts> = {}): Facts {
  return {
    options,
    begun: 100,
    ledger: ledger(),
    requests: { seconds: [0.004, 0.012], failed: 1, lags: [0, 0.1], cacheHitRate: 0.5 },
    executions: { pending: 0, running: 0, succeeded: 3, failed: 0 },
    timeline: [sample, { ...sample, at: 2, backlog: null, waitSeconds: null }],
    fleet: { podSeconds: 1234.4, processes: 5, crashes: 0, cutOff: 0 },
    scales: [{ at: 104, from: 3, to: 5, reason: "wait asks for 5: backlog 7" }],
    replay: { same: true, text: "3 decisions replayed, 0 differ from the log" },
    left: 0,
    ...differs,
  };
}

describe("Ledger", () => {
  it("counts jobs, not messages", () => {
    assert.deepEqual(ledger().counts(), { published: 3, refused: 1, done: 2, redelivered: 1, doneTwice: 1 });
    assert.equal(ledger().missing(), 1);
  });
  it("takes a job's wait from its first start", () => {
    assert.deepEqual(
      ledger()
        .waits()
        .map(({ waitSeconds }) => waitSeconds),
      [1, 40],
    );
  });
});

describe("percentile", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  for (const { share, value } of [
    { share: 0.5, value: 50 },
    { share: 0.99, value: 99 },
    { share: 1, value: 100 },
  ])
    it(`${share} of 1 … 100 is ${value}`, () => {
      assert.equal(percentile(hundred, share), value);
    });
  it("is unknown without values", () => {
    assert.equal(percentile([], 0.5), null);
  });
});

describe("createReport", () => {
  it("calls an accepted job lost when nothing of it is left", () => {
    const report = createReport(facts());
    assert.equal(report.jobs.lost, 1);
    assert.equal(report.wait.lateShare, 0.5);
    assert.equal(report.pods.maxReady, 3);
    assert.equal(report.scales[0]?.second, 4);
    assert.deepEqual(failures(report), ["1 jobs were lost", "1 jobs were not accepted by the gateway"]);
  });
  it("does not call a job lost that still waits in the queue", () => {
    const { jobs } = createReport(facts({ left: 1 }));
    assert.deepEqual({ lost: jobs.lost, unfinished: jobs.unfinished }, { lost: 0, unfinished: 1 });
  });
  it("fails when a replayed decision differs", () => {
    const report = createReport(facts({ ledger: new Ledger(), replay: { same: false, text: "1 differs" } }));
    assert.deepEqual(failures(report), ["the replayed decisions differ from the log"]);
    assert.equal(report.wait.lateShare, null);
  });
});

describe("readScales", () => {
  it("takes the changes from the autoscaler's log and leaves the rest", () => {
    const time = "2026-01-01T00:00:10.000Z";
    const scaled = {
      time,
      msg: "scaled",
      currentReplicas: 2,
      desiredReplicas: 4,
      explanation: "w 2 → 4 (wait asks (x))",
    };
    const log = [
      "not JSON",
      JSON.stringify({ time, msg: "autoscaler started" }),
      JSON.stringify(scaled),
      '{"half',
    ].join("\n");
    assert.deepEqual(readScales(log), [{ at: Date.parse(time) / 1000, from: 2, to: 4, reason: "wait asks (x)" }]);
  });
});

describe("summary", () => {
  it("tells every figure and keeps to the width", () => {
    const text = summary(createReport(facts()), 60);
    for (const part of [
      "jobs lost          1",
      "jobs redelivered   1, 1 done twice",
      "requests           2, 1 failed, 50.0 %",
      "p50 4 ms, p99 12 ms",
      "50.00 %",
      "p50 1.00 s, p99 40.0 s",
      "1,234",
      "1 scale\n",
      "3 → 5",
    ])
      assert.ok(text.includes(part), `${part}\n${text}`);
  });
  it("breaks long reasons at blanks", () => {
    assert.deepEqual(wrap("one two three", 8), ["one two", "three"]);
  });
});

describe("live view", () => {
  it("shows backlog, wait, replicas and the last reason", () => {
    const text = frame([sample], { jobs: 10, maxReplicas: 20, width: 80 });
    for (const part of ["accepted 4/10", "backlog  7", "wait     2.3 s", "3 of 5 ready", "wait asks for 5"])
      assert.ok(text.includes(part), `${part}\n${text}`);
  });
  it("draws the highest value in full and nothing where a value is unknown", () => {
    assert.equal(sparkline([0, null, 4, 8], 8, 3), " ▅█");
  });
});

describe("picture", () => {
  it("is an SVG document with a line for desired and ready replicas", async () => {
    const svg = await picture(createReport(facts()));
    assert.match(svg, /^<svg/);
    for (const text of ["desired", "ready", "backlog (messages)", "longest wait (s)", "50.00 % late, 1 lost"])
      assert.ok(svg.includes(text), text);
  });
});

describe("readOptions", () => {
  it("has defaults for all", () => {
    assert.equal(options.trace, "azure-code");
    assert.equal(options.seconds, 120);
  });
  it("lists every bad option with its bound and value", () => {
    assert.throws(() => readOptions(["--jobs", "1.5", "--seconds", "x", "--trace", "y", "--min-replicas", "30"]), {
      message: [
        '--trace must be one of azure-code, mooncake, wc98, nab, autothrottle-bursty, autothrottle-diurnal, not "y"',
        '--seconds must be a number from 5 to 3600, not "x"',
        '--jobs must be a whole number from 1 to 100000, not "1.5"',
        "--min-replicas must be at most --max-replicas (20), not 30",
      ].join("\n"),
    });
  });
  it("refuses an unknown option", () => {
    assert.throws(() => readOptions(["--job", "5"]), /--job/);
  });
});
