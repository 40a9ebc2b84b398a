import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { ScalingPolicy } from "../../../../autoscaler/src/core/model.ts";
import { averageValue, HpaController, toleranceOf } from "../../../../simulator/policies/hpaController.ts";

const tolerance = toleranceOf({});
const bounds = { minReplicas: 1, maxReplicas: 100 };

describe("a total over a target per replica", () => {
  const cases: { name: string; total: number; target: number; current: number; expect: number }[] = [
    { name: "scales up (upstream: ScaleUpPerPodCMExternal)", total: 8600, target: 2150, current: 3, expect: 4 },
    { name: "scales down", total: 8600, target: 2150, current: 8, expect: 4 },
    { name: "rounds up", total: 8601, target: 2150, current: 8, expect: 5 },
    { name: "stays at the upper edge of the tolerance", total: 110, target: 10, current: 10, expect: 10 },
    { name: "stays at the lower edge", total: 90, target: 10, current: 10, expect: 10 },
    { name: "moves beyond it", total: 111, target: 10, current: 10, expect: 12 },
    { name: "does not turn the noise of a fraction into a replica", total: 0.3, target: 0.1, current: 1, expect: 3 },
    { name: "has no tolerance at zero", total: 1, target: 10, current: 0, expect: 1 },
    { name: "asks for none where there is nothing", total: 0, target: 10, current: 0, expect: 0 },
  ];
  for (const { name, total, target, current, expect } of cases)
    it(name, () => {
      assert.equal(averageValue(total, target, current, tolerance), expect);
    });
});

describe("the HPA between recommendation and count", () => {
  function counts(controller: HpaController, first: number, recommended: (number | undefined)[]): number[] {
    let current = first;
    return recommended.map((one) => (current = controller.sync(current, one)));
  }

  it("doubles, or adds four, at each sync", () => {
    const ramp = counts(new HpaController(bounds, {}), 1, Array<number>(8).fill(1000));
    assert.deepEqual(ramp, [5, 10, 20, 40, 80, 100, 100, 100]);
  });

  it("holds the count that it finds for the window down, then takes the highest of it", () => {
    const held = counts(new HpaController(bounds, {}), 10, [...Array<number>(19).fill(2), 4, 2, 2]);
    assert.deepEqual(held.slice(0, 20), Array<number>(20).fill(10));
    assert.deepEqual(held.slice(20), [4, 4]);
  });

  it("falls at once without a window", () => {
    assert.deepEqual(counts(new HpaController(bounds, { downWindowSeconds: 0 }), 10, [2, 3]), [2, 3]);
  });

  it("rises to the lowest of a window up", () => {
    assert.deepEqual(counts(new HpaController(bounds, { upWindowSeconds: 30 }), 4, [6, 8, 7, 9]), [4, 4, 7, 7]);
  });

  it("does nothing while a metric cannot be read, and remembers nothing of it", () => {
    const controller = new HpaController(bounds, { downWindowSeconds: 30 });
    assert.deepEqual(counts(controller, 6, [undefined, undefined, 3]), [6, 6, 3]);
  });

  it("meters by its own policies", () => {
    const onePod: ScalingPolicy[] = [{ type: "Pods", value: 1, periodSeconds: 30 }];
    const settings = { upPolicies: onePod, downPolicies: onePod, downWindowSeconds: 0 };
    assert.deepEqual(
      counts(new HpaController(bounds, settings), 4, [9, 9, 9, 9, 6, 1, 1, 1]),
      [5, 5, 6, 6, 6, 5, 5, 4],
    );
  });

  it("brings a count into its bounds past everything else", () => {
    assert.deepEqual(counts(new HpaController({ minReplicas: 2, maxReplicas: 8 }, {}), 12, [undefined]), [8]);
    assert.deepEqual(counts(new HpaController({ minReplicas: 2, maxReplicas: 8 }, {}), 1, [undefined]), [2]);
  });

  it("has a minimum of one where the scenario has none", () => {
    const settings = { downWindowSeconds: 0 };
    assert.deepEqual(counts(new HpaController({ minReplicas: 0, maxReplicas: 8 }, settings), 3, [0]), [1]);
  });
});

describe("the HPA's vectors of the default behavior", () => {
  interface Row {
    name: string;
    current: number;
    desired: number;
    min: number;
    max: number;
    up: unknown;
    down: unknown;
    upEvents: unknown[];
    downEvents: unknown[];
    expect: number;
  }
  const file = new URL("../../../fixtures/conformance/hpa-behavior-vectors.json", import.meta.url);
  const rows = (JSON.parse(readFileSync(file, "utf8")) as { rate: Row[] }).rate.filter(
    ({ up, down, min, upEvents, downEvents }) =>
      up === null && down === null && min > 0 && upEvents.length + downEvents.length === 0,
  );

  it("are some", () => {
    assert.ok(rows.length >= 3, `${rows.length} rows`);
  });
  for (const { name, current, desired, min, max, expect } of rows)
    it(name, () => {
      const controller = new HpaController({ minReplicas: min, maxReplicas: max }, { downWindowSeconds: 0 });
      assert.equal(controller.sync(current, desired), expect);
    });
});
