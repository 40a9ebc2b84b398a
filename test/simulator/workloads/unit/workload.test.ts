import assert from "node:assert/strict";
import type { Trace } from "../../../../simulator/workloads/trace.ts";
import { cutTrace, meanRate } from "../../../../simulator/workloads/trace.ts";
import { workloadOf } from "../../../../simulator/workloads/workload.ts";

const bins = (...counts: number[]): Trace => ({
  name: "bins",
  seconds: counts.length * 60,
  points: counts.map((count, index) => ({ at: index * 60, count, binSeconds: 60 })),
});
const jobs = (...points: { at: number; size?: number }[]): Trace => ({
  name: "jobs",
  seconds: 100,
  points: points.map((point) => ({ ...point, count: 1, binSeconds: 0 })),
});
const constant = { kind: "constant", mean: 2 } as const;

describe("the jobs of a trace", () => {
  it("are as many as each bin counts", () => {
    const { arrivals, seconds } = workloadOf(bins(3, 0, 5), { services: constant }, 1);
    const counts = [0, 0, 0];
    for (const at of arrivals) counts[Math.floor(at / 60)]! += 1;
    assert.deepEqual(counts, [3, 0, 5]);
    assert.equal(seconds, 180);
  });

  it("come when they came", () => {
    const { arrivals } = workloadOf(jobs({ at: 0 }, { at: 1.25 }, { at: 1.25 }), { services: constant }, 1);
    assert.deepEqual([...arrivals], [0, 1.25, 1.25]);
  });

  it("of half a job a bin are half as many as bins", () => {
    const { arrivals } = workloadOf(bins(...new Array<number>(2000).fill(0.5)), { services: constant }, 1);
    assert.ok(Math.abs(arrivals.length - 1000) < 100, `${arrivals.length} jobs`);
  });

  it("reach the rate that bins are scaled to, with the spread of a Poisson count", () => {
    const counts = [1, 2, 3, 4, 5].map(
      (seed) => workloadOf(bins(1, 2, 3), { services: constant, rate: 20 }, seed).arrivals.length,
    );
    for (const count of counts) assert.ok(Math.abs(count - 3600) < 240, `${count} jobs`);
    assert.equal(new Set(counts).size, counts.length);
  });

  const sized = jobs({ at: 0, size: 1 }, { at: 1, size: 3 });
  for (const { name, mean, services } of [
    { name: "last as long as the trace says", services: [1, 3] },
    { name: "share a mean in proportion to their sizes", mean: 10, services: [5, 15] },
  ])
    it(name, () => {
      const workload = workloadOf(sized, { services: { kind: "sizes", ...(mean && { mean }) } }, 1);
      assert.deepEqual([...workload.services], services);
      assert.equal(workload.meanServiceSeconds, mean ?? 2);
    });

  for (const { name, trace, options, message } of [
    {
      ...{ name: "none", trace: bins(0, 0), options: { services: constant } },
      message: "bins holds no arrivals",
    },
    {
      ...{ name: "sizes that are not there", trace: jobs({ at: 0, size: 1 }, { at: 1 }) },
      ...{ options: { services: { kind: "sizes" } as const }, message: "jobs says the size of 1 of 2 jobs" },
    },
    {
      ...{ name: "single jobs to be scaled", trace: sized, options: { services: constant, rate: 5 } },
      message: "jobs holds single jobs, which cannot be scaled to 5 a second",
    },
  ])
    it(`cannot be made of ${name}`, () => {
      assert.throws(() => workloadOf(trace, options, 1), { name: "RangeError", message });
    });
});

describe("a part of a trace", () => {
  it("is told from its own second 0", () => {
    const part = cutTrace(bins(1, 2, 3, 4), { fromSeconds: 60, seconds: 120 });
    assert.deepEqual(part.points, [
      { at: 0, count: 2, binSeconds: 60 },
      { at: 60, count: 3, binSeconds: 60 },
    ]);
    assert.equal(meanRate(part), 5 / 120);
  });

  it("ends with the trace", () => {
    assert.equal(cutTrace(bins(1, 2, 3), { fromSeconds: 120, seconds: 600 }).seconds, 60);
  });
});
