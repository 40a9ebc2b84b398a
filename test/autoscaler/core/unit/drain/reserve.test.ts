import assert from "node:assert/strict";
import {
  learnReserve,
  levelsUpTo,
  reserveOf,
  type ReserveDemand,
} from "../../../../../autoscaler/src/core/drain/reserve.ts";
import type { ReserveState } from "../../../../../autoscaler/src/core/state.ts";

/** A wait of 10 s, starts of 60 s, a message a second by each replica. */
const demand: ReserveDemand = { serviceRate: 1, readinessDelaySeconds: 60, maxWaitSeconds: 10, dueSeconds: 5 };
const patient: ReserveDemand = { serviceRate: 1, readinessDelaySeconds: 10, maxWaitSeconds: 13, dueSeconds: 5 };

function learned(rates: readonly number[], of = demand, counts = levelsUpTo(1000)): ReserveState {
  const first = learnReserve(undefined, { at: 0, rate: rates[0] ?? 0 }, of, counts);
  return rates
    .slice(1)
    .reduce((state, rate, index) => learnReserve(state, { at: 5 * (index + 1), rate }, of, counts), first);
}

const repeated = (count: number, rate: number): number[] => Array<number>(count).fill(rate);

/** Half an hour of 1/s with 100/s for 20 s at its end, and a time to be late in. */
const burst = [...repeated(360, 1), ...repeated(4, 100), ...repeated(24, 1)];

describe("the counts that are tried", () => {
  it("are each one up to 12, then in steps of 10 %", () => {
    assert.deepEqual(levelsUpTo(30).slice(-8), [12, 14, 16, 18, 20, 22, 25, 28]);
    assert.deepEqual(levelsUpTo(3), [1, 2, 3]);
  });

  it("are few for a thousand replicas", () => {
    const counts = levelsUpTo(1000);
    assert.ok(counts.length < 60, `${counts.length}`);
    assert.deepEqual(
      counts,
      [...new Set(counts)].sort((a, b) => a - b),
    );
  });

  it("are no more than asked for", () => {
    assert.deepEqual(levelsUpTo(Infinity, 2), [1, 2]);
  });
});

describe("the queue of a count that is tried", () => {
  const counts = [1, 2, 3, 4];
  const of = (rates: readonly number[], more: Partial<ReserveDemand> = {}) =>
    learned(rates, { ...demand, ...more }, counts).levels;

  it("grows by what is not served", () => {
    // 3/s for 5 s, by 1, 2 and 3 replicas; a fourth needs no memory.
    assert.deepEqual(of([3], { dueSeconds: 30 }), [
      [10, 0, 0],
      [5, 0, 0],
      [0, 0, 0],
    ]);
  });

  it("knows for how long its wait has been too long", () => {
    // 10 messages are 10 s for one replica, 5 are 2.5 s for two.
    assert.deepEqual(of([3])[0], [10, 0, 0, 0]);
    assert.deepEqual(of([3, 3, 3])[0]?.[3], 10);
    assert.deepEqual(of([3])[1], [5, 0, 0]);
  });

  it("counts as late what waits longer than the maximum, in proportion", () => {
    // 10 s, then 20 s of wait: all of the second 15 messages waited for more than 10 s.
    assert.equal(of([3, 3])[0]?.[1], 15);
    // Two replicas: 2.5 s to 12.5 s, with 25 more messages than they serve: a quarter of 30.
    assert.equal(of([3, 6])[1]?.[1], 7.5);
  });

  it("is served by help after a start and an order", () => {
    // The wait is too long since 0, help comes at 63 s.
    assert.ok((of(repeated(13, 3))[0]?.[0] ?? 0) > 0);
    assert.equal(of(repeated(14, 3))[0]?.[0], 0);
  });

  it("takes a gap in the statistics for 15 s", () => {
    const state = learnReserve(undefined, { at: 0, rate: 0 }, demand, counts);
    assert.equal(learnReserve(state, { at: 1000, rate: 3 }, demand, counts).jobs, 45);
  });

  it("does not count statistics twice, nor older ones", () => {
    const state = learned([3, 3]);
    assert.equal(learnReserve(state, { at: 5, rate: 9 }, demand, counts), state);
    assert.equal(learnReserve(state, { at: 0, rate: 9 }, demand, counts), state);
  });

  it("keeps about a third of its late ones for an hour", () => {
    const late = learned(burst, demand, counts).levels[3]?.[1] ?? NaN;
    const later = learned([...burst, ...repeated(720, 0)], demand, counts).levels[3]?.[1] ?? NaN;
    assert.ok(later < 0.4 * late && later > 0.3 * late, `${later} of ${late}`);
  });

  it("lets time fade that nobody watched", () => {
    const state = learned(burst, demand, counts);
    const [late, at] = [state.levels[3]?.[1] ?? NaN, state.at + 3600];
    const later = learnReserve(state, { at, rate: 0 }, demand, counts).levels[3]?.[1] ?? NaN;
    assert.ok(Math.abs(later / late - Math.exp(-1)) < 1e-3, `${later} of ${late}`);
  });
});

describe("the reserve", () => {
  const counts = levelsUpTo(1000);

  it("for a burst that is over before help comes is what serves it in time, and a step of 10 % at most", () => {
    // n replicas leave (100 − n) × 20 s, which is n × 10 s of wait for n = 67.
    const reserve = reserveOf(learned(burst), 0, counts);
    assert.ok(reserve >= 67 && reserve <= Math.ceil(67 * 1.1), `${reserve}`);
  });

  it("is less where some may be late", () => {
    const state = learned(burst);
    const reserves = [0, 0.1, 0.3, 0.5].map((share) => reserveOf(state, share, counts));
    assert.deepEqual(
      reserves,
      reserves.toSorted((a, b) => b - a),
    );
    assert.ok((reserves[3] ?? NaN) < (reserves[0] ?? NaN));
  });

  it("is the least count where help comes in time for all that wait", () => {
    assert.equal(reserveOf(learned(burst, patient), 0, counts), 1);
    // One second more for a start, and it comes too late.
    assert.ok(reserveOf(learned(burst, { ...patient, readinessDelaySeconds: 11 }), 0, counts) > 1);
  });

  it("is the least count where few come", () => {
    assert.equal(reserveOf(learned(repeated(100, 0.5)), 0, counts), 1);
  });

  it("falls when replicas are faster", () => {
    const slow = reserveOf(learned(burst), 0, counts);
    assert.ok(reserveOf(learned(burst, { ...demand, serviceRate: 4 }), 0, counts) <= Math.ceil(slow / 4) + 1);
  });

  it("is nothing where nothing came", () => {
    assert.equal(reserveOf(learned(repeated(100, 0)), 0, counts), 0);
  });

  it("does not count less than one late message", () => {
    const levels = [[0, 1, 0] as const, [0, 0.99, 0] as const];
    assert.equal(reserveOf({ at: 0, jobs: 10, levels }, 0, counts), 2);
  });

  it("is one more than all that were tried when none was enough", () => {
    assert.equal(reserveOf(learned(burst, demand, [1, 2, 3]), 0, levelsUpTo(Infinity, 4)), 4);
  });

  it("is the highest count there is when there is no more", () => {
    assert.equal(reserveOf(learned(burst, demand, [1, 2, 3]), 0, [1, 2, 3]), 3);
  });

  it("is nothing where no count is tried", () => {
    assert.equal(reserveOf({ at: 0, jobs: 10, levels: [] }, 0, []), 0);
  });
});

describe("the reserve of a burst that does not come again", () => {
  const counts = levelsUpTo(1000);
  const halfOf = { ...demand, maxWaitSeconds: 30, dueSeconds: 20 };
  const cases: { name: string; peak: number; rate: number; step: number }[] = [
    { name: "on an idle queue", peak: 50, rate: 0, step: 2 },
    { name: "on an idle queue that is polled each second", peak: 50, rate: 0, step: 1 },
    { name: "of hundreds of thousands of messages on an idle queue", peak: 5000, rate: 0, step: 2 },
    { name: "under a light steady load", peak: 50, rate: 0.5, step: 2 },
    { name: "under a load of a dozen replicas", peak: 50, rate: 11.5, step: 2 },
  ];
  /** After a minute of the peak and so many hours of the rate: the counts where none and where one in a hundred may be late. */
  const after = (hours: number, { peak, rate, step }: (typeof cases)[number]): number[] => {
    let state: ReserveState | undefined;
    for (let at = 0; at < 60 + hours * 3600; at += step)
      state = learnReserve(state, { at, rate: at < 60 ? peak : rate }, halfOf, counts);
    return [0, 0.01].map((share) => reserveOf(state ?? { at: 0, jobs: 0, levels: [] }, share, counts));
  };

  for (const one of cases) {
    it(`${one.name} lasts for an hour and is gone after 3.1 h`, () => {
      const steady = Math.max(1, counts.find((count) => count >= one.rate) ?? NaN);
      const [early, late] = [after(1, one), after(3.1, one)];
      assert.ok(
        early.every((count) => count > 1.5 * steady),
        `${early.join(", ")} after 1 h`,
      );
      assert.ok(
        late.every((count) => count <= steady),
        `${late.join(", ")} after 3.1 h`,
      );
    });
  }

  it("comes back when it comes twice a day", () => {
    let state: ReserveState | undefined;
    const reserves: number[] = [];
    for (let at = 0; at < 86_400; at += 5) {
      state = learnReserve(state, { at, rate: at % 43_200 < 60 ? 50 : 0 }, halfOf, counts);
      if (at % 43_200 === 3600 || at % 43_200 === 40_000) reserves.push(reserveOf(state, 0, counts));
    }
    assert.deepEqual(reserves, [reserves[0], 0, reserves[0], 0]);
    assert.ok((reserves[0] ?? NaN) > 10);
  });
});
