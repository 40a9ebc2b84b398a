import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runOnPods } from "../../../../local/demo/pods/demo.ts";
import type { Platform } from "../../../../local/demo/pods/platform.ts";
import type { Report } from "../../../../local/demo/report.ts";
import { writeResults } from "../../../../local/demo/results.ts";
import { temporaryFolder } from "../../../../local/process.ts";

/** Both tiers get work, and two cores carry it beside whatever else they do. */
const work = { trace: "autothrottle-bursty", seconds: 30, jobs: 150, meanWorkSeconds: 2, seed: 1 };

/** Runs the demo with a small load on a stack that is up, and holds its results to what holds on a slow machine too. */
export async function checkPodsDemo(platform: Platform): Promise<void> {
  const folder = temporaryFolder("demo");
  await writeResults(await runOnPods(work, platform, { folder, signal: new AbortController().signal }), folder);
  const { jobs, requests, executions, replay, timeline, gateway, pods } = JSON.parse(
    readFileSync(join(folder, "report.json"), "utf8"),
  ) as Report;
  const { published, done, refused, lost, unfinished } = jobs;
  assert.deepEqual(
    { published, done, refused, lost, unfinished, failed: requests.failed },
    { published: work.jobs, done: work.jobs, refused: 0, lost: 0, unfinished: 0, failed: 0 },
  );
  assert.deepEqual(executions, { pending: 0, running: 0, succeeded: work.jobs, failed: 0 });
  assert.equal(replay.same, true, replay.text);
  assert.match(replay.text, /, 0 differ from the log$/);
  for (const [name, tier, series] of [
    ["workers", pods, timeline],
    ["gateway", gateway, timeline.flatMap((sample) => sample.gateway ?? [])],
  ] as const) {
    assert.ok(tier !== undefined && tier.podSeconds > 0 && tier.processes >= 2, name);
    assert.ok(
      series.some(({ readyReplicas, desiredReplicas }) => readyReplicas >= 2 && desiredReplicas !== null),
      `${name} have a series`,
    );
  }
  assert.ok(
    timeline.some(({ gateway: sample }) => (sample?.requestsPerSecond ?? 0) > 0),
    "requests are seen",
  );
  for (const file of ["picture.svg", "decisions.ndjson", "autoscaler.yaml"])
    assert.ok(existsSync(join(folder, file)), file);
}
