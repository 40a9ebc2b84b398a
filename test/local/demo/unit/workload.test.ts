import assert from "node:assert/strict";
import { loadTrace, traceNames, type Trace } from "../../../../local/demo/trace.ts";
import { workload } from "../../../../local/demo/workload.ts";

const options = { seconds: 10, jobs: 100, meanWorkSeconds: 0.5, seed: 1 };
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("loadTrace", () => {
  const facts: Readonly<Record<string, { points: number; arrivals: number; seconds: number }>> = {
    "azure-code": { points: 8819, arrivals: 8819, seconds: 3435 },
    mooncake: { points: 12_031, arrivals: 12_031, seconds: 3539 },
    wc98: { points: 1440, arrivals: 42_806_305, seconds: 86_400 },
    nab: { points: 575, arrivals: 40_272, seconds: 172_800 },
    "autothrottle-bursty": { points: 3600, arrivals: 587_788, seconds: 3600 },
    "autothrottle-diurnal": { points: 3600, arrivals: 945_292, seconds: 3600 },
  };
  it("knows a name for every trace", () => {
    assert.deepEqual([...traceNames].sort(), Object.keys(facts).sort());
  });
  for (const [name, { points, arrivals, seconds }] of Object.entries(facts))
    it(`reads ${name}`, async () => {
      const trace = await loadTrace(name);
      assert.equal(trace.points.length, points);
      assert.equal(
        trace.points.reduce((sum, { count }) => sum + count, 0),
        arrivals,
      );
      assert.equal(Math.floor(trace.seconds), seconds);
      assert.ok(trace.points.every(({ at }, index) => at >= (trace.points[index - 1]?.at ?? 0)));
    });
  it("names what there is when asked for another", async () => {
    await assert.rejects(loadTrace("other"), /trace must be one of azure-code, .* not "other"/);
  });
});

describe("workload", () => {
  // Nine arrivals in the first second of ten, one in the last.
  const burst: Trace = {
    name: "burst",
    seconds: 10,
    points: [
      { at: 0, count: 9, binSeconds: 1 },
      { at: 9, count: 1, binSeconds: 1 },
    ],
  };

  it("keeps the shape of the trace at another length and another count", () => {
    const jobs = workload(burst, { ...options, seconds: 20 });
    assert.equal(jobs.length, 100);
    assert.equal(jobs.filter(({ at }) => at < 2).length, 90);
    assert.equal(jobs.filter(({ at }) => at >= 18 && at < 20).length, 10);
  });

  it("gives the same durations for the same seed, with about the mean asked for", () => {
    const durations = (seed: number): number[] =>
      workload(burst, { ...options, seed, jobs: 2000 }).map((job) => job.workSeconds);
    assert.deepEqual(durations(1), durations(1));
    assert.notDeepEqual(durations(1), durations(2));
    assert.ok(Math.abs(mean(durations(1)) - 0.5) < 0.05);
  });

  it("takes durations from the sizes in the trace, at most ten means long", () => {
    const sizes = [1, 3, ...Array<number>(30).fill(2), 500];
    const trace: Trace = {
      name: "sized",
      seconds: 33,
      points: sizes.map((size, at) => ({ at, count: 1, binSeconds: 0, size })),
    };
    const jobs = workload(trace, { ...options, jobs: 33 });
    assert.equal(jobs[1]!.workSeconds / jobs[2]!.workSeconds, 1.5);
    assert.equal(jobs.at(-1)!.workSeconds, 5);
  });

  it("gives every job its own id, also in another run", () => {
    const ids = [...workload(burst, options), ...workload(burst, options)].map(({ id }) => id);
    assert.equal(new Set(ids).size, 200);
  });
});
