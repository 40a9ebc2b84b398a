import assert from "node:assert/strict";
import { hpaCpu, hpaRate } from "../../../../simulator/policies/hpa.ts";
import { play, scenarioOf, statisticsOf, viewOf, workload } from "../builders.ts";

describe("the HPA on the arrival rate", () => {
  it("asks for rate ÷ (capacity × utilization)", () => {
    // 4 jobs/s at 0.5 × 0.8 jobs/s a replica.
    const seen = (now: number) => ({
      statistics: statisticsOf({ observedAt: now, published: 4 * now, publishRate: 4 }),
    });
    assert.deepEqual(play(hpaRate({ utilization: 0.8 }), 3, {}, seen), [5, 10, 10]);
  });

  it("counts the slots of a replica", () => {
    const seen = (now: number) => ({ statistics: statisticsOf({ observedAt: now, publishRate: 4 }) });
    const scenario = scenarioOf({ slotsPerReplica: 4 });
    assert.deepEqual(play(hpaRate({ utilization: 1 }), 2, { scenario }, seen), [2, 2]);
  });

  it("averages over the window, which a counter fills without gaps", () => {
    // A burst of 120 jobs between two looks, which no rate of the last seconds shows.
    const seen = (now: number) => ({ statistics: statisticsOf({ observedAt: now, published: now >= 30 ? 120 : 0 }) });
    const settings = { utilization: 1, downWindowSeconds: 0 };
    assert.deepEqual(play(hpaRate(settings), 8, {}, seen), [1, 1, 5, 5, 4, 4, 1, 1]);
  });

  it("adds the rates up where there is no counter", () => {
    const seen = (now: number) => ({ statistics: statisticsOf({ observedAt: now, publishRate: now === 30 ? 8 : 0 }) });
    const settings = { utilization: 1, downWindowSeconds: 0 };
    assert.deepEqual(play(hpaRate(settings), 8, {}, seen), [1, 1, 5, 5, 4, 4, 1, 1]);
  });

  it("does nothing before there are statistics", () => {
    assert.deepEqual(
      play(hpaRate({ utilization: 1, downWindowSeconds: 0 }), 3, { replicas: 9 }, () => ({ statistics: undefined })),
      [9, 9, 9],
    );
  });

  it("tells all that is wrong with its settings at once", () => {
    assert.throws(() => hpaRate({ utilization: 0, windowSeconds: -1, tolerance: NaN }), {
      name: "RangeError",
      message:
        "HPA rate: utilization must be above 0, not 0; HPA rate: windowSeconds must be above 0, not -1; " +
        "HPA rate: tolerance must be at least 0, not NaN",
    });
  });

  it("says its settings", () => {
    const { name, setting } = hpaRate({ utilization: 0.7, downWindowSeconds: 60 });
    assert.deepEqual([name, setting], ["HPA rate", "utilization 0.7, window 60 s, down 60 s"]);
  });
});

describe("the HPA on CPU", () => {
  const cases: { name: string; usage: number; replicas: number; ready?: number; expect: number }[] = [
    { name: "scales up by the ratio", usage: 0.9, replicas: 4, expect: 8 },
    { name: "scales down by the ratio", usage: 0.25, replicas: 4, expect: 2 },
    { name: "stays within the tolerance", usage: 0.55, replicas: 4, expect: 4 },
    { name: "cuts to whole percents", usage: 0.559, replicas: 4, expect: 4 },
    { name: "counts replicas that start as idle on the way up", usage: 1, replicas: 8, ready: 4, expect: 8 },
    { name: "leaves them out on the way down", usage: 0.25, replicas: 8, ready: 4, expect: 2 },
    { name: "cannot say without a ready replica", usage: 0, replicas: 4, ready: 0, expect: 4 },
  ];
  for (const { name, usage, replicas, ready, expect } of cases)
    it(name, () => {
      const policy = hpaCpu({ percent: 50, downWindowSeconds: 0 }).create(scenarioOf(), workload);
      const fleet = { replicas, readyReplicas: ready ?? replicas };
      const counts = [0, 15].map((now) => policy.decide(viewOf({ now, ...fleet, utilizationSeconds: usage * now })));
      assert.deepEqual(counts, [replicas, expect]);
    });
});
