import assert from "node:assert/strict";
import { recordedTrace, type RecordedName } from "../../../../simulator/workloads/recorded.ts";

describe("recorded traces", () => {
  // Figures of the files, from their README or counted with awk.
  const cases: readonly { name: RecordedName; points: number; seconds: number; arrivals: number }[] = [
    { name: "azure-code", points: 8819, seconds: 3436, arrivals: 8819 },
    { name: "mooncake", points: 12_031, seconds: 3540, arrivals: 12_031 },
    { name: "wc98", points: 125_300, seconds: 7_518_600, arrivals: 1_352_804_107 },
    { name: "nab", points: 4032, seconds: 1_212_000, arrivals: 249_327 },
    { name: "autothrottle-bursty", points: 3600, seconds: 3600, arrivals: 587_788 },
    { name: "autothrottle-diurnal", points: 3600, seconds: 3600, arrivals: 945_292 },
  ];
  for (const { name, points, seconds, arrivals } of cases)
    it(`${name} has ${arrivals} arrivals in ${seconds} s`, () => {
      const trace = recordedTrace(name);
      assert.equal(trace.points.length, points);
      assert.equal(trace.seconds, seconds);
      assert.equal(
        trace.points.reduce((sum, { count }) => sum + count, 0),
        arrivals,
      );
    });

  it("begin at 0 and go forward", () => {
    for (const { name } of cases) {
      const { points, seconds } = recordedTrace(name);
      // Mooncake's first batch is spread over its three seconds.
      assert.ok(points[0]!.at < 3, `${name} begins at ${points[0]!.at}`);
      assert.ok(
        points.every(({ at }, index) => at < seconds && at >= (points[index - 1]?.at ?? 0)),
        `${name} goes back or beyond its end`,
      );
    }
  });

  it("keep the fraction of a second and the size of a request", () => {
    const [first, second] = recordedTrace("azure-code").points;
    assert.equal(first!.size, 10);
    assert.equal(second!.at.toFixed(3), "0.052");
  });

  it("spread a batch of three seconds evenly", () => {
    const { points } = recordedTrace("mooncake");
    const batch = points.filter(({ at }) => at < 3).map(({ at }) => at);
    const gaps = batch.slice(1).map((at, index) => at - batch[index]!);
    assert.ok(batch.length > 1);
    for (const gap of gaps) assert.ok(Math.abs(gap - 3 / batch.length) < 1e-9, `gap ${gap}`);
  });
});
