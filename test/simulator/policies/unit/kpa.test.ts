import assert from "node:assert/strict";
import { kpa } from "../../../../simulator/policies/kpa.ts";
import { KpaScaler, type KpaConfig } from "../../../../simulator/policies/kpaScaler.ts";
import { play, scenarioOf } from "../builders.ts";

/** As in newTestAutoscaler. */
function configOf(target: number, more: Partial<KpaConfig> = {}): KpaConfig {
  return {
    target,
    stableSeconds: 60,
    panicThreshold: 2,
    maxScaleUpRate: 10,
    maxScaleDownRate: 10,
    scaleDownDelaySeconds: 0,
    ...more,
  };
}

type Step = readonly [at: number, ready: number, stable: number, panic: number, expect: number];

// Numbers of pkg/autoscaler/scaling/autoscaler_test.go of knative/serving (Apache-2.0).
describe("Knative's own cases", () => {
  const cases: { name: string; config: KpaConfig; first?: number; steps: Step[] }[] = [
    { name: "no load", config: configOf(10), steps: [[0, 1, 0, 0, 0]] },
    { name: "one is enough", config: configOf(181), steps: [[0, 1, 21, 26, 1]] },
    { name: "five times the target", config: configOf(10), steps: [[0, 1, 50, 49, 5]] },
    {
      name: "the stable window asks for more than the panic window",
      config: configOf(1),
      first: 5,
      steps: [[5, 5, 50, 30, 50]],
    },
    { name: "and for less", config: configOf(1), first: 5, steps: [[5, 5, 20, 30, 30]] },
    { name: "no change", config: configOf(10), steps: [[0, 5, 50, 50, 5]] },
    {
      name: "a small rate up still adds one",
      config: configOf(1, { maxScaleUpRate: 1.1 }),
      steps: [[0, 2, 3, 3.1, 3]],
    },
    {
      name: "a small rate down",
      config: configOf(10, { maxScaleDownRate: 1.1 }),
      steps: [[0, 100, 1, 1, 90]],
    },
    { name: "the panic window takes precedence", config: configOf(10), steps: [[0, 1, 50, 100, 10]] },
    {
      name: "stable mode up and down",
      config: configOf(10),
      steps: [
        [0, 8, 100, 100, 10],
        [0, 8, 50, 50, 5],
      ],
    },
    {
      name: "the rate limits the way up",
      config: configOf(10),
      steps: [
        [0, 1, 1000, 1001, 10],
        [0, 10, 1000, 1001, 100],
      ],
    },
    {
      name: "and the way down",
      config: configOf(10),
      steps: [
        [0, 100, 1, 1, 10],
        [0, 10, 1, 1, 1],
      ],
    },
    { name: "no ready replica counts as one", config: configOf(10), steps: [[0, 0, 1000, 888, 10]] },
    {
      name: "panic, then out of it",
      config: configOf(10),
      steps: [
        [0, 1, 100, 100, 10],
        [0, 10, 100, 1000, 100],
        [30, 10, 1, 1, 100],
        [61, 10, 1, 1, 1],
      ],
    },
    {
      name: "out of panic after a slow increase",
      config: configOf(1),
      steps: [
        [0, 10, 11, 25, 25],
        [30, 40, 30, 41, 41],
        [62, 55, 50, 56, 50],
      ],
    },
    {
      name: "panic is extended",
      config: configOf(1),
      steps: [
        [0, 10, 11, 25, 25],
        [30, 40, 30, 80, 80],
        [62, 80, 1, 1, 80],
        [91, 80, 10, 10, 10],
      ],
    },
    {
      name: "exponential load",
      config: configOf(1),
      steps: [
        [0, 1, 6, 6, 6],
        [0, 6, 36, 36, 36],
        [1, 36, 216, 216, 216],
        [1, 216, 1296, 1296, 1296],
        [2, 1296, 1296, 1296, 1296],
      ],
    },
    {
      name: "a delay down",
      config: configOf(10, { panicThreshold: 100, scaleDownDelaySeconds: 300 }),
      first: 0,
      steps: [
        [2, 0, 40, 40, 4],
        [300, 0, 0, 0, 4],
        [302, 0, 0, 0, 0],
        [540, 0, 40, 40, 4],
        [600, 0, 30, 30, 4],
        [660, 0, 0, 0, 4],
        [840, 0, 0, 0, 3],
        [900, 0, 0, 0, 0],
      ],
    },
  ];
  for (const { name, config, first = 1, steps } of cases)
    it(name, () => {
      const scaler = new KpaScaler(config, 0, first);
      const counts = steps.map(([at, ready, stable, panic]) => scaler.scale(at, ready, { stable, panic }));
      assert.deepEqual(
        counts,
        steps.map((step) => step[4]),
      );
    });

  it("a start with more than one is a panic, a start with one is none", () => {
    const after = (ready: number): number =>
      new KpaScaler(configOf(10), 0, ready).scale(2, ready, { stable: 0, panic: 0 });
    assert.deepEqual([after(1), after(2), after(50)], [0, 2, 50]);
  });
});

describe("Knative's autoscaler in the simulation", () => {
  const steady = (jobs: number) => (now: number) => ({ concurrencySeconds: jobs * now });

  it("does nothing at the first tick, when there is no data", () => {
    assert.deepEqual(play(kpa(), 1, { replicas: 1 }, steady(50)), [1]);
  });

  it("follows a jump at the next tick", () => {
    // 14 jobs at 70 % of one slot.
    assert.deepEqual(play(kpa(), 3, { replicas: 1 }, steady(14)), [1, 20, 20]);
  });

  it("aims at the target concurrency", () => {
    assert.deepEqual(play(kpa({ targetConcurrency: 4, targetUtilization: 100 }), 2, {}, steady(14)), [1, 4]);
    assert.deepEqual(play(kpa(), 2, { scenario: scenarioOf({ slotsPerReplica: 10 }) }, steady(14)), [1, 2]);
  });

  it("keeps what it starts with for the stable window, then halves at each tick", () => {
    const counts = play(kpa(), 35, { replicas: 16 }, steady(1.4));
    assert.deepEqual(counts.slice(0, 31), Array<number>(31).fill(16));
    assert.deepEqual(counts.slice(31), [8, 4, 2, 2]);
  });

  it("sees a burst with the panic window", () => {
    // From 60 s on 10 jobs instead of 0.7: the stable window would ask for the double only after more than 4 s.
    const seen = (now: number) => ({ concurrencySeconds: 0.7 * now + 9.3 * Math.max(0, now - 60) });
    const counts = play(kpa(), 34, {}, seen);
    assert.deepEqual(counts.slice(30), [1, 6, 10, 15]);
  });

  it("says its settings", () => {
    assert.equal(kpa().setting, "target slots at 70 %");
    assert.equal(kpa({ targetConcurrency: 5, scaleDownDelay: 300 }).setting, "target 5 at 70 %, scaleDownDelay 300");
    assert.throws(() => kpa({ stableWindow: 0 }), { message: "KPA: stableWindow must be above 0, not 0" });
  });
});
