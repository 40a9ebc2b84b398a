import assert from "node:assert/strict";
import { lcp } from "../../../../simulator/policies/lcp.ts";
import { WorkFunctions } from "../../../../simulator/policies/workFunctions.ts";
import { play, statisticsOf } from "../builders.ts";

const counts = { least: 0, most: 10, initial: 0 };

function played(costs: { seconds?: number; price: number; start: number }, demand: number[]): number[] {
  const work = new WorkFunctions(counts, { seconds: 1, ...costs });
  return demand.map((one) => work.next(one));
}

const times = (count: number, value: number): number[] => Array<number>(count).fill(value);

describe("lazy capacity provisioning", () => {
  const cases: {
    name: string;
    costs: { seconds?: number; price: number; start: number };
    demand: number[];
    expect: number[];
  }[] = [
    {
      name: "follows the demand at once where starts cost nothing",
      costs: { price: 2, start: 0 },
      demand: [3, 7, 1, 0],
      expect: [3, 7, 1, 0],
    },
    {
      name: "starts at once where a step without it costs more than the start and the step",
      costs: { price: 20, start: 10 },
      demand: [5],
      expect: [5],
    },
    {
      // Each step adds 5 − 1 = 4 to the regret: more than 10 at the third.
      name: "starts once the demand that was not met would have paid for the start",
      costs: { price: 5, start: 10 },
      demand: times(4, 5),
      expect: [0, 0, 5, 5],
    },
    {
      name: "ends once idling has cost more than a start",
      costs: { price: 100, start: 3 },
      demand: [4, 4, ...times(5, 0)],
      expect: [4, 4, 4, 4, 4, 0, 0],
    },
    {
      name: "keeps what is needed of it",
      costs: { price: 100, start: 3 },
      demand: [4, 4, ...times(5, 2)],
      expect: [4, 4, 4, 4, 4, 2, 2],
    },
    {
      name: "counts longer steps for more",
      costs: { price: 100, start: 3, seconds: 5 },
      demand: [4, 0, 0],
      expect: [4, 0, 0],
    },
    {
      name: "leaves a fraction unmet that is not worth a replica",
      costs: { price: 2, start: 0 },
      demand: [3.4, 3.6],
      expect: [3, 4],
    },
    { name: "stops at the greatest count", costs: { price: 100, start: 1 }, demand: [25], expect: [10] },
  ];
  for (const { name, costs, demand, expect } of cases)
    it(name, () => {
      assert.deepEqual(played(costs, demand), expect);
    });

  it("takes the arrival rate over the capacity of a replica for demand", () => {
    const rate = (now: number) => ({ statistics: statisticsOf({ publishRate: now < 10 ? 4 : 1 }) });
    // A start costs 10 s, as the readiness delay.
    assert.deepEqual(play(lcp({ price: 50 }), 5, {}, rate), [8, 8, 8, 8, 2]);
  });

  it("adds what waits if told so", () => {
    // 60 jobs within 15 s are 4 jobs/s more.
    const seen = () => ({ statistics: statisticsOf({ publishRate: 4 }), readyNow: 60 });
    assert.deepEqual(play(lcp({ price: 50, drainShare: 0.5 }), 1, {}, seen), [16]);
  });

  it("does nothing before there are statistics", () => {
    assert.deepEqual(
      play(lcp({ price: 50 }), 2, { replicas: 6 }, () => ({ statistics: undefined })),
      [6, 6],
    );
  });

  it("tells all that is wrong with its settings at once", () => {
    assert.throws(() => lcp({ price: 1, drainShare: 0 }), {
      message: "LCP: price must be above 1, not 1; LCP: drainShare must be above 0, not 0",
    });
  });
});
