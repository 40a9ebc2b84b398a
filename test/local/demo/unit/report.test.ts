import assert from "node:assert/strict";
import { Ledger, percentile } from "../../../../local/demo/ledger.ts";
import type { RunOptions } from "../../../../local/demo/options.ts";
import { picture } from "../../../../local/demo/picture.ts";
import { createReport, failures, type Facts } from "../../../../local/demo/report.ts";
import { frame, sparkline } from "../../../../local/demo/liveView.ts";
import { summary, wrap } from "../../../../local/demo/summary.ts";
import type { Sample } from "../../../../local/demo/timeline.ts";

const options: RunOptions = {
  ...{ trace: "azure-code", seconds: 120, jobs: 4, meanWorkSeconds: 1, seed: 1 },
  ...{ minReplicas: 2, maxReplicas: 20, maxWaitSeconds: 20 },
};

function ledger(): Ledger {
  const jobs = new Ledger();
  for (const [index, id] of ["a", "b", "c", "d"].entries()) jobs.published(id, 100 + index);
  for (const id of ["a", "b", "c"]) jobs.accepted(id, 101);
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
    workers: {
      ...{ podSeconds: 1234.4, processes: 5, crashes: 0, cutOff: 0 },
      scales: [{ at: 104, from: 3, to: 5, reason: "wait asks for 5: backlog 7" }],
      record: { slots: 8, graceSeconds: 25, readinessSeconds: [4] },
    },
    jobs: [],
    replay: { same: true, text: "3 decisions replayed, 0 differ from the log" },
    left: 0,
    ...differs,
  };
}

/** A run on real pods: the gateway has a tier of its own. */
const onPods: Partial<Facts> = {
  timeline: [
    { ...sample, gateway: { readyReplicas: 2, desiredReplicas: 3, requestsPerSecond: 31.5 } },
    { ...sample, at: 2, gateway: { readyReplicas: 3, desiredReplicas: 3, requestsPerSecond: null } },
    { ...sample, at: 3, desiredReplicas: 2, gateway: { readyReplicas: 2, desiredReplicas: 2, requestsPerSecond: 4 } },
  ],
  gateway: {
    ...{ podSeconds: 321, processes: 3, crashes: 1, minReplicas: 2, maxReplicas: 4, target: 25 },
    scales: [{ at: 101, from: 2, to: 3, reason: "pods metric requests_per_second above target" }],
  },
  repeated: { redelivered: 4, doneTwice: null },
};

/** Of a run in which nothing was asked for. */
const empty: Partial<Facts> = {
  ledger: new Ledger(),
  requests: { seconds: [], failed: 0, lags: [], cacheHitRate: null },
};

describe("Ledger", () => {
  it("counts jobs, not messages", () => {
    assert.deepEqual(ledger().counts(), { published: 3, refused: 1, done: 2, redelivered: 1, doneTwice: 1 });
    assert.deepEqual(ledger().missing(), ["c"]);
  });
  it("takes a job's wait from its first start, also of one that is not done", () => {
    const jobs = ledger();
    jobs.started("c", 105);
    jobs.started("c", 110);
    assert.deepEqual(
      jobs.waits().map(({ waitSeconds }) => waitSeconds),
      [1, 40, 3],
    );
    assert.deepEqual(jobs.missing(), ["c"]);
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
    assert.deepEqual(failures(report), [
      "1 jobs were lost",
      "1 jobs were not accepted by the gateway",
      "1 requests to the gateway failed",
    ]);
  });
  it("does not call a job lost that still waits in the queue", () => {
    const { jobs } = createReport(facts({ left: 1 }));
    assert.deepEqual({ lost: jobs.lost, unfinished: jobs.unfinished }, { lost: 0, unfinished: 1 });
  });
  it("does not know what is lost while the queue is unknown, unless nothing is missing", () => {
    const report = createReport(facts({ left: null }));
    const { missing, lost, unfinished } = report.jobs;
    assert.deepEqual({ missing, lost, unfinished }, { missing: 1, lost: null, unfinished: null });
    assert.equal(failures(report)[0], "1 jobs were lost or not finished in time: the queue is unknown");
    assert.equal(createReport(facts({ ...empty, left: null })).jobs.lost, 0);
  });
  it("tells the rest of a run whose executions could not be read, and fails", () => {
    const report = createReport(facts({ ...empty, executions: null }));
    assert.deepEqual(failures(report), ["what the database has of the jobs is unknown"]);
  });
  it("fails when a replayed decision differs", () => {
    const report = createReport(facts({ ...empty, replay: { same: false, text: "1 differs" } }));
    assert.deepEqual(failures(report), ["the replayed decisions differ from the log"]);
    assert.equal(report.wait.lateShare, null);
  });
  it("has no tier of the gateway where nobody scales it", () => {
    assert.equal(createReport(facts()).gateway, undefined);
  });
  it("tells the gateway's tier, and which of the two is back at its minimum", () => {
    const { pods, gateway, jobs } = createReport(facts(onPods));
    assert.deepEqual(gateway, {
      ...{ podSeconds: 321, maxReady: 3, processes: 3, crashes: 1, atMinimum: true },
      ...{ minReplicas: 2, maxReplicas: 4, target: 25 },
      scales: [{ at: 101, second: 1, from: 2, to: 3, reason: "pods metric requests_per_second above target" }],
    });
    // Three are Ready, although two are asked for.
    assert.equal(pods.atMinimum, false);
    assert.deepEqual([jobs.redelivered, jobs.doneTwice], [4, null]);
  });
  const down = { at: 104, from: 3, to: 2, reason: "" };
  for (const { name, tier, problem } of [
    { name: "workers", tier: "workers", problem: "the workers were never scaled up" },
    { name: "gateway", tier: "gateway", problem: "the gateway was never scaled up" },
  ] as const)
    it(`fails on real pods when the ${name} only went down`, () => {
      const all = facts({ ...onPods, ...empty });
      const report = createReport({ ...all, [tier]: { ...all[tier], scales: [down] } });
      assert.deepEqual(failures(report), [problem]);
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
      "1,234 pod-seconds, at most 3 Ready pods, 5 in all, not back at the minimum",
      "workers: 1 scale\n",
      "3 → 5",
    ])
      assert.ok(text.includes(part), `${part}\n${text}`);
  });
  it("tells both tiers of a run on real pods", () => {
    const text = summary(createReport(facts(onPods)), 100).replaceAll(/ +/g, " ");
    for (const part of [
      "jobs redelivered 4, whether done twice is unknown",
      "gateway 321 pod-seconds, at most 3 Ready pods, 3 in all, 1 crashed\n",
      "gateway: 1 scale\n",
      "2 → 3 pods metric requests_per_second above target",
    ])
      assert.ok(text.includes(part), `${part}\n${text}`);
  });
  it("says of what is unknown that it is", () => {
    const unknown = facts({ ...onPods, executions: null, left: null });
    const text = summary(createReport({ ...unknown, workers: { ...unknown.workers, cutOff: null } }), 100);
    for (const part of [
      "jobs lost          unknown, 1 are lost or not finished\n",
      "database           unknown\n",
      "5 in all, unknown how many cut off,",
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
  it("shows the gateway's tier where there is one", () => {
    const text = frame(onPods.timeline!.slice(0, 1), { jobs: 10, maxReplicas: 20, width: 80 });
    for (const part of ["gateways 2 of 3 ready", "load     32/s a pod"])
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
    assert.ok(!svg.includes("gateways"));
  });
  it("has the gateway's tier below the workers'", async () => {
    const svg = await picture(createReport(facts(onPods)));
    for (const text of ["workers", "gateways", "requests/s a pod"]) assert.ok(svg.includes(text), text);
  });
});

describe("the record of a run", () => {
  it("tells of each job asked for what became of it, from the first job's time on", () => {
    const jobs = ["a", "c", "d", "never asked for"].map((id) => ({ id, at: 0, workSeconds: 2 }));
    const { record } = createReport(facts({ jobs }));
    assert.deepEqual(record.workers, { slots: 8, graceSeconds: 25, readinessSeconds: [4] });
    assert.deepEqual(record.jobs, [
      { askedAt: 0, acceptedAt: 1, startedAt: 1, finishedAt: 2, workSeconds: 2 },
      { askedAt: 2, acceptedAt: 1, startedAt: null, finishedAt: null, workSeconds: 2 },
      { askedAt: 3, acceptedAt: null, startedAt: null, finishedAt: null, workSeconds: 2 },
    ]);
  });
});
