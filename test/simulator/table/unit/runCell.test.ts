import assert from "node:assert/strict";
import type { PolicyKind } from "../../../../simulator/model.ts";
import { staticReplicas } from "../../../../simulator/policies/staticPeak.ts";
import { runCell } from "../../../../simulator/table/runCell.ts";
import { poisson } from "../../../../simulator/workloads/generators.ts";
import type { Window } from "../../../../simulator/workloads/windows.ts";

/** Ten minutes at a load of 4 replicas. */
const window: Window = {
  name: "steady",
  about: "steady",
  services: { kind: "lognormal", mean: 2, cv: 1 },
  source: { kind: "generated", seconds: 600, arrivals: (seconds, seed) => poisson({ rate: 2, seconds }, seed) },
};
const cell = { window, readinessSeconds: 10, maxWaitSeconds: 20 };

/** A constant count that takes part as an autoscaler of a family. */
const constant = (name: string, replicas: number): PolicyKind => ({ ...staticReplicas(replicas), name });

describe("a cell", () => {
  const baselines = [constant("A", 3), constant("A", 6), constant("A", 8), constant("B", 2), constant("B", 12)];
  const ablations = [{ name: "without a part", policy: constant("ours", 9) }];
  const result = runCell(cell, 2, () => ({ ours: constant("ours", 7), baselines, ablations }));

  it("shows the best setting of each family, the cheapest first", () => {
    assert.deepEqual(
      result.baselines.map(({ name, setting }) => ({ name, setting })),
      [
        { name: "A", setting: "6 replicas" },
        { name: "B", setting: "12 replicas" },
      ],
    );
    assert.equal(result.best?.setting, "6 replicas");
  });

  it("finds the smallest constant count within the target", () => {
    const count = Number(result.staticPeak?.setting.split(" ")[0]);
    assert.ok(count >= 4 && count < 6, `${count}`);
    assert.ok(result.staticPeak!.lateShare.mean <= 0.01);
  });

  it("compares with the optimum of the same share of late jobs", () => {
    assert.ok(result.optimum!.mean < result.staticPeak!.podHours.mean);
    const { overOptimum, podHours, lateShare } = result.ours;
    assert.equal(lateShare.mean, 0);
    // Nobody late costs the optimum at least what 1 % late does.
    assert.ok(overOptimum!.mean <= podHours.mean / result.optimum!.mean + 1e-9);
    assert.ok(overOptimum!.mean > 1);
  });

  it("judges ours", () => {
    assert.deepEqual(result.verdict, {
      ...{ nearOptimum: false, withinReach: null, notWorseThanStatic: false, belowBaselines: false },
    });
  });

  it("has a row for ours without a part", () => {
    assert.deepEqual(
      result.ablations.map(({ name, setting }) => [name, setting]),
      [["without a part", "9 replicas"]],
    );
  });

  it("has an interval over its seeds", () => {
    assert.ok(result.jobs.halfWidth! > 0);
    assert.ok(Math.abs(result.jobs.mean - 1200) < 100);
  });

  it("comes out the same again", () => {
    assert.deepEqual(
      runCell(cell, 2, () => ({ ours: constant("ours", 7), baselines, ablations })),
      result,
    );
  });
});

describe("a cell in which ours is late", () => {
  it("has baselines that may be as late", () => {
    // Two replicas for a load of four: nearly everything is late.
    const baselines = [constant("A", 1), constant("A", 3), constant("A", 6)];
    const result = runCell(cell, 1, () => ({ ours: constant("ours", 2), baselines, ablations: [] }));
    assert.equal(result.best?.setting, "3 replicas");
    assert.equal(result.baselines[0]?.setting, "6 replicas");
    assert.equal(result.verdict.notWorseThanStatic, false);
    assert.equal(result.verdict.belowBaselines, true);
  });

  it("has no best baseline when all are later still", () => {
    const result = runCell(cell, 1, () => ({
      ours: constant("ours", 3),
      baselines: [constant("A", 1)],
      ablations: [],
    }));
    assert.equal(result.best, null);
    assert.equal(result.verdict.belowBaselines, null);
    assert.equal(result.baselines.length, 1);
  });
});
