import assert from "node:assert/strict";
import { frontier, isBeyond, podHoursAt, schedule, workBound } from "../../../../simulator/optimum/optimum.ts";
import type { OptimumOptions } from "../../../../simulator/optimum/optimum.ts";

/** Slots of 10 s, in which a replica serves one job: a job that arrives in a slot may be served in it or in the next one. */
function optionsOf(options: Partial<OptimumOptions> & { readonly at?: readonly number[] }): OptimumOptions {
  const { at = [], ...rest } = options;
  return {
    arrivals: Float64Array.from(at),
    seconds: 100,
    serviceRate: 0.1,
    readinessSeconds: 25,
    maxWaitSeconds: 0,
    minReplicas: 0,
    maxReplicas: 10,
    initialReplicas: 0,
    slotSeconds: 10,
    stepsPerSlot: 1,
    ...rest,
  };
}

const podSeconds = (options: OptimumOptions, price = Infinity): number =>
  Math.round((frontier(options, [price])[0]?.podHours ?? Infinity) * 3600);

describe("the optimum", () => {
  const cases: { name: string; given: Parameters<typeof optionsOf>[0]; expect: number }[] = [
    { name: "is nothing without jobs", given: {}, expect: 0 },
    { name: "is one start and one slot for one job", given: { at: [35] }, expect: 25 + 10 },
    { name: "pays a price of the start on top", given: { at: [35], startPriceSeconds: 5 }, expect: 30 + 10 },
    { name: "has a replica from the start for nothing", given: { at: [5], initialReplicas: 1 }, expect: 10 },
    { name: "serves two jobs one after the other, where they may wait", given: { at: [35, 36] }, expect: 25 + 20 },
    { name: "needs a second replica for a third job", given: { at: [35, 36, 37] }, expect: 50 + 30 },
    { name: "keeps a replica through a gap shorter than a start", given: { at: [5, 35] }, expect: 25 + 30 },
    { name: "starts again after a gap longer than a start", given: { at: [5, 55] }, expect: 25 + 10 + 25 + 10 },
    {
      name: "keeps the fewest replicas until the end of the run",
      given: { minReplicas: 1, initialReplicas: 1 },
      expect: 100,
    },
    {
      name: "lets jobs wait for their replica as long as they may",
      given: { at: [5, 6, 7, 8], maxWaitSeconds: 30 },
      expect: 25 + 40,
    },
    {
      name: "counts the jobs that a replica serves at once",
      given: { at: [5, 6], serviceRate: 0.2, stepsPerSlot: 2 },
      expect: 35,
    },
  ];
  for (const { name, given, expect } of cases)
    it(name, () => {
      assert.equal(podSeconds(optionsOf(given)), expect);
    });

  it("lets a job be late where that is cheaper than a start", () => {
    const burst = optionsOf({ at: [35, 36, 37] });
    assert.deepEqual(
      frontier(burst, [20, 30]).map(({ price, lateShare }) => [price, lateShare]),
      [
        [30, 0],
        [20, 1 / 3],
      ],
    );
    assert.equal(podSeconds(burst, 20), 25 + 30);
  });

  it("has no point where the bounds do not let everybody be on time", () => {
    const burst = optionsOf({ at: [35, 36, 37], maxReplicas: 1 });
    assert.deepEqual(frontier(burst, [Infinity]), []);
    assert.equal(frontier(burst, [Infinity, 20]).length, 1);
    assert.deepEqual(schedule(burst, Infinity), []);
  });

  it("tells its schedule", () => {
    assert.deepEqual(schedule(optionsOf({ at: [5, 35], seconds: 50 }), Infinity), [0, 1, 1, 1, 0, 0]);
  });

  it("refuses what it cannot answer, all at once", () => {
    const bad = optionsOf({ at: [50, 20], serviceRate: 0, maxWaitSeconds: -1, initialReplicas: 20, slotSeconds: NaN });
    assert.throws(() => frontier(bad), {
      name: "RangeError",
      message:
        "The optimum cannot be told: serviceRate must be > 0, is 0; maxWaitSeconds must be >= 0, is -1; " +
        "slotSeconds must be > 0, is NaN; minReplicas 0 <= initialReplicas 20 <= maxReplicas 10 must hold, in whole numbers, " +
        "maxReplicas in [1, 65535]; arrivals must ascend within [0, 100), arrivals[1] is 20",
    });
    assert.throws(() => frontier(optionsOf({}), [0]), { message: "The price of a late job must be > 0, is 0" });
  });
});

describe("the bound by the work", () => {
  it("is all jobs without an idle moment", () => {
    assert.equal(workBound(optionsOf({ at: [5, 35] })) * 3600, 20);
  });

  it("is not below the fewest replicas", () => {
    assert.equal(workBound(optionsOf({ at: [5], minReplicas: 2, initialReplicas: 2, maxWaitSeconds: 20 })) * 3600, 240);
  });
});

describe("pod-hours at a share of late jobs", () => {
  const point = (lateShare: number, podHours: number) => ({ price: 1, lateShare, podHours });
  const points = [point(0, 10), point(0.1, 8), point(0.2, 7.8), point(0.3, 4)];

  const cases = [
    { name: "are those of a point", at: 0.1, expect: 8 },
    { name: "lie on the line between two points", at: 0.05, expect: 9 },
    { name: "pass below a point that a line undercuts", at: 0.2, expect: 6 },
    { name: "are those of the last point beyond it", at: 0.9, expect: 4 },
  ];
  for (const { name, at, expect } of cases)
    it(name, () => {
      assert.ok(Math.abs((podHoursAt(points, at) ?? NaN) - expect) < 1e-12);
    });

  it("are unknown where even the first point is later, but for a hair", () => {
    assert.equal(podHoursAt(points.slice(1), 0), undefined);
    assert.equal(podHoursAt(points.slice(1), 0.0999), undefined);
    assert.equal(podHoursAt(points.slice(1), 0.1 - 1e-12), 8);
  });

  it("are more than the optimum's beyond the last point alone", () => {
    assert.deepEqual(
      [0, 0.3, 0.3 + 1e-12, 0.31].map((at) => isBeyond(points, at)),
      [false, false, false, true],
    );
    assert.equal(isBeyond([], 1), false);
  });

  it("are unknown where the bounds let nobody be in time", () => {
    // Three jobs at once for one replica that needs 10 s for each.
    const options = optionsOf({ at: [5, 5, 5], minReplicas: 1, initialReplicas: 1, maxReplicas: 1, maxWaitSeconds: 0 });
    const points = frontier(options);
    assert.ok((points[0]?.lateShare ?? 1) > 0);
    assert.equal(podHoursAt(points, 0), undefined);
  });

  it("are unknown without a point", () => {
    assert.equal(podHoursAt([], 0), undefined);
  });
});
