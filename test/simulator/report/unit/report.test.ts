import assert from "node:assert/strict";
import { reportMarkdown } from "../../../../simulator/report/markdown.ts";
import { reportOf } from "../../../../simulator/report/report.ts";
import { staticReplicas } from "../../../../simulator/policies/staticPeak.ts";
import { Bench } from "../../../../simulator/table/bench.ts";
import { workloadOf } from "../../../../simulator/workloads/workload.ts";
import { scenarioOf } from "../../policies/builders.ts";

/** An hour with a job each second: work for two replicas. */
const trace = { name: "mine", seconds: 3600, points: [{ at: 0, count: 3600, binSeconds: 3600 }] };
const workload = workloadOf(trace, { services: { kind: "constant", mean: 2 } }, 1);
const draw = { seed: 1, workload };
const own = (replicas: number) => ({ ...staticReplicas(replicas), name: "yours", setting: `mine of ${replicas}` });

function reportFor(bounds: { maxReplicas: number }, ...counts: number[]) {
  const bench = new Bench([draw], scenarioOf({ initialReplicas: 1, maxWaitSeconds: 30, ...bounds }));
  return reportOf(bench, draw, { title: "worker on mine", own: counts.map(own), notes: ["something: else."] });
}

describe("a report", function () {
  this.timeout(10_000);
  const report = reportFor({ maxReplicas: 10 }, 4, 1);
  const page = reportMarkdown(report);

  it("tells what was simulated", () => {
    assert.match(
      page,
      /^# worker on mine\n\n3,600 jobs in 1\.00 h, 2\.00 s of work each on average:\n2\.0 replicas' work\./,
    );
    assert.match(page, /more than 30 s after its arrival/);
    assert.match(page, /Ready 10 s after its order on average and does one job at a time/);
  });

  it("tells of each configuration how late and how dear it is", () => {
    assert.match(
      page,
      /\*\*mine of 4\*\* is late for 0\.00 % of the jobs and costs 4\.0 pod-hours, [12]\.\d\d times the cheapest/,
    );
    const late = Number(/\*\*mine of 1\*\* is late for ([\d.]+) %/.exec(page)?.[1]);
    assert.ok(late > 90, `${late} % late`);
  });

  it("has the smallest constant count, the optimum and the usual settings of others beside them", () => {
    assert.match(page, /A constant count would have to be [23] replicas/);
    const names = page.match(/^\| (\S[^|]*) \|/gm)?.map((cell) => cell.slice(2, -2));
    assert.deepEqual(
      names?.map((name) => name.split(/[:,]/)[0]),
      [
        ...["---", "**mine of 4**", "**mine of 1**", "cheapest schedule", "cheapest schedule", "constant"],
        ...["HPA CPU", "HPA rate", "KEDA QueueLength", "KEDA MessageRate"],
      ],
    );
    assert.ok(report.optimum.noneLate! >= report.optimum.within!);
    assert.ok(report.staticPeak!.podHours >= report.optimum.within!);
  });

  it("has as many cells in each row of its table", () => {
    const widths = page.split("\n").flatMap((line) => (line.startsWith("|") ? [line.split("|").length] : []));
    assert.ok(widths.length > 5);
    assert.equal(new Set(widths).size, 1);
  });

  it("tells what is simulated otherwise than it runs", () => {
    assert.match(page, /## Simulated otherwise than it runs\n\n- something: else\.\n$/);
  });

  it("says that no count is enough where none is", () => {
    const text = reportMarkdown(reportFor({ maxReplicas: 1 }, 1));
    assert.match(text, /No constant count within the bounds is late for 1 % or less/);
  });
});
