import assert from "node:assert/strict";
import { twinText } from "../../../../simulator/cli/twin.ts";
import { parseDemoReport } from "../../../../simulator/twin/demoReport.ts";
import { twinPolicy } from "../../../../simulator/twin/policy.ts";
import { compare } from "../../../../simulator/twin/twin.ts";
import { worldOf } from "../../../../simulator/twin/world.ts";
import { UserError } from "../../../../simulator/userError.ts";
import { reportOf, reportOfTwin, target } from "../builders.ts";

const policy = twinPolicy(target, [], 1000);
/** Of the same seed: the real run of these tests is a simulated one. */
const real = reportOfTwin(reportOf(), policy, 1);

describe("a twin", () => {
  it("is the run itself where the run was simulated", () => {
    const world = worldOf(real, target, {});
    const { real: one, twin: other, ready, requested } = compare(real, world, policy, 1);
    assert.ok(one.mostReady !== null && one.mostReady > 2);
    assert.equal(one.mostReady, other.mostReady?.mean);
    // A sample tells of a change up to a tenth of a second late, and the curves are compared each half.
    assert.ok(ready.rmse < 0.5 && requested.rmse < 0.5, `${ready.rmse}, ${requested.rmse}`);
    assert.equal(ready.lagSeconds, 0);
    for (const key of ["lateShare", "waitP50", "waitP99", "podSeconds"] as const)
      assert.ok(Math.abs((one[key] ?? NaN) - (other[key]?.mean ?? NaN)) < 1e-6, key);
  });

  it("tells how much later it comes", () => {
    const early = real.timeline.map((sample) => ({ ...sample, at: Math.max(0, sample.at - 7) }));
    const { ready } = compare({ ...real, timeline: early }, worldOf(real, target, {}), policy, 1);
    assert.equal(ready.lagSeconds, 7);
    assert.ok(ready.rmseAtLag < ready.rmse / 2);
  });

  it("has waits that begin with the request, as the run's do", () => {
    const { waits } = compare(real, worldOf(real, target, {}), policy, 1);
    // The gateway takes half a second in any case.
    assert.ok(Math.min(...waits.twin) >= 0.5 - 1e-9);
  });

  it("is told beside the run, each figure in one row", () => {
    const world = worldOf(real, target, {});
    const text = twinText(compare(real, world, policy, 3), world);
    assert.match(
      text,
      /^300 jobs in \d+ s; 1 at a time in a replica, which is Ready 0\.0 s after its order; 2 at the start$/m,
    );
    for (const row of ["late (%)", "wait p50 (s)", "wait p99 (s)", "pod-seconds", "most Ready replicas"])
      assert.ok(text.includes(`\n${row} `), row);
    assert.match(text, /^Ready replicas +\d+\.\d\d +\d+\.\d +\d+\.\d s (early|late) +\d+\.\d\d$/m);
  });
});

describe("parseDemoReport", () => {
  const { record: _, ...old } = reportOf();
  const never = reportOf().record.jobs.map((job) => ({ ...job, startedAt: null }));
  for (const { name, text, problem } of [
    { name: "no JSON", text: "{", problem: "f is no report of a demo" },
    { name: "JSON of something else", text: '{"a":1}', problem: "f is no report of a demo" },
    { name: "a report without its jobs", text: JSON.stringify(old), problem: /f does not tell its jobs: .*older demo/ },
    {
      name: "a report of jobs that nobody began",
      text: JSON.stringify(reportOf({ record: { ...reportOf().record, jobs: never } })),
      problem: /f has no job that was begun/,
    },
  ])
    it(`refuses ${name}`, () => {
      assert.throws(
        () => parseDemoReport(text, "f"),
        (error) => error instanceof UserError && (error.message === problem || new RegExp(problem).test(error.message)),
      );
    });

  it("reads a report", () => {
    assert.deepEqual(parseDemoReport(JSON.stringify(real), "f"), real);
  });
});
