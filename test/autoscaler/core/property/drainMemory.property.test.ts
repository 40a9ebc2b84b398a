import assert from "node:assert/strict";
import fc from "fast-check";
import { addLow, addSample, backlogOf } from "../../../../autoscaler/src/core/drain/arrivalHistory.ts";
import { arrivalRates } from "../../../../autoscaler/src/core/drain/arrivalRate.ts";
import { learnReserve, levelsUpTo, reserveOf } from "../../../../autoscaler/src/core/drain/reserve.ts";
import type { RateSample, ReserveState, WaitingSample } from "../../../../autoscaler/src/core/state.ts";

const numRuns = 2000;

const list = fc.array(fc.tuple(fc.integer({ min: 1, max: 15 }), fc.nat(60)), { minLength: 1, maxLength: 150 });

/** Samples as a source gives them: each some seconds after the one before. */
function samplesOf(pairs: readonly (readonly [number, number])[]): RateSample[] {
  let at = 1000;
  return pairs.map(([gap, rate]) => ({ at: (at += gap), rate }));
}

/** Messages that arrived after the first sample. */
const arrivedSince = (samples: readonly RateSample[]): number =>
  samples.reduce((sum, { at, rate }, i) => sum + (i === 0 ? 0 : rate * (at - (samples[i - 1]?.at ?? at))), 0);

describe("the arrivals remembered, for any rates", function () {
  this.timeout(60_000);

  it("are as many in total after samples were joined", () => {
    fc.assert(
      fc.property(list, (pairs) => {
        // Further apart than statistics are refreshed: sooner the same rate is the same statistics.
        const all = samplesOf(pairs.map(([gap, rate]) => [gap + 6, rate]));
        const kept = all.reduce<readonly RateSample[]>((samples, one) => addSample(samples, one, 100_000), []);
        // A rate is kept to thousandths.
        const seconds = (all.at(-1)?.at ?? 0) - 1000;
        assert.ok(Math.abs(arrivedSince(kept) - arrivedSince(all)) <= 0.001 * seconds * 10 + 1e-6);
        assert.deepEqual([kept[0], kept.at(-1)], [all[0], all.at(-1)]);
      }),
      { numRuns },
    );
  });

  it("are a bounded number of samples, whatever the maximum wait is", () => {
    fc.assert(
      fc.property(fc.integer({ min: 120, max: 129_620 }), fc.integer({ min: 2, max: 15 }), (keepSeconds, gap) => {
        let kept: readonly RateSample[] = [];
        for (let at = 0; at < Math.min(2 * keepSeconds, 4000 * gap); at += gap)
          kept = addSample(kept, { at, rate: at % 7 }, keepSeconds);
        // Two neighbours cover more than a coarse step; a minute is fine.
        assert.ok(kept.length <= 2 * 32 + 60 / gap + 4, `${kept.length} at ${gap} s`);
      }),
      { numRuns: 100 },
    );
  });

  it("give rates within those seen", () => {
    fc.assert(
      fc.property(list, fc.integer({ min: 15, max: 600 }), (pairs, window) => {
        const samples = samplesOf(pairs);
        const rates = samples.map(({ rate }) => rate);
        const { steady, burst } = arrivalRates(samples, window) ?? { steady: NaN, burst: NaN };
        const [low, high] = [Math.min(...rates) - 1e-9, Math.max(...rates) + 1e-9];
        assert.ok(low <= steady && steady <= burst && burst <= high, `${steady}, ${burst}`);
      }),
      { numRuns },
    );
  });
});

describe("the ages of what waits, for any history", () => {
  const waits = fc.array(fc.nat(200), { maxLength: 30 });

  it("are the fewer the older, between none and all", () => {
    fc.assert(
      fc.property(list, waits, fc.nat(3000), (pairs, counts, waiting) => {
        const samples = samplesOf(pairs);
        const now = (samples.at(-1)?.at ?? 0) + 2;
        const lows = counts.reduce<readonly WaitingSample[]>(
          (kept, count, i) => addLow(kept, { at: now - 2 * (counts.length - i), waiting: count }, 1000),
          [],
        );
        const backlog = backlogOf(waiting, samples, addLow(lows, { at: now, waiting }, 1000), now);
        let before = waiting;
        for (let seconds = 0; seconds < 400; seconds += 3.7) {
          const older = backlog.olderThan(seconds);
          assert.ok(older >= 0 && older <= before + 1e-9, `${older} older than ${seconds} s`);
          before = older;
        }
      }),
      { numRuns },
    );
  });

  it("are never taken for more than the queue had, when lows were left out", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(500), { minLength: 100, maxLength: 300 }), fc.nat(500), (counts, seconds) => {
        let lows: readonly WaitingSample[] = [];
        for (const [i, waiting] of counts.entries()) lows = addLow(lows, { at: 2 * i, waiting }, 400);
        const now = 2 * (counts.length - 1);
        const waiting = counts.at(-1) ?? 0;
        const least = Math.min(...counts.filter((_, i) => now - 2 * i <= seconds));
        // What is older than so many seconds waited all the time since.
        const found = backlogOf(waiting, [{ at: now - 1000, rate: 0 }], lows, now).olderThan(seconds);
        assert.ok(found >= Math.min(waiting, least), `${found} of ${least}`);
      }),
      { numRuns: 500 },
    );
  });
});

describe("the reserve, for any arrivals", function () {
  this.timeout(60_000);
  const demandOf = (maxWaitSeconds: number, readinessDelaySeconds: number) => ({
    serviceRate: 1,
    readinessDelaySeconds,
    maxWaitSeconds,
    dueSeconds: maxWaitSeconds / 2,
  });
  const learned = (pairs: readonly (readonly [number, number])[], wait: number, delay: number, counts: number[]) =>
    samplesOf(pairs).reduce<ReserveState | undefined>(
      (state, sample) => learnReserve(state, sample, demandOf(wait, delay), counts),
      undefined,
    ) ?? { at: 0, jobs: 0, levels: [] };

  it("is the least count where a start and an order take no longer than the maximum wait", () => {
    fc.assert(
      fc.property(list, fc.nat(60), fc.nat(60), (pairs, delay, more) => {
        const counts = [...levelsUpTo(60)];
        const state = learned(pairs, delay + 3 + more, delay, counts);
        assert.equal(reserveOf(state, 0, counts), state.jobs > 0 ? 1 : 0);
      }),
      { numRuns },
    );
  });

  it("is never more than carries the highest rate", () => {
    fc.assert(
      fc.property(list, fc.integer({ min: 1, max: 60 }), fc.nat(120), (pairs, wait, delay) => {
        const counts = [...levelsUpTo(100)];
        const most = Math.max(...pairs.map(([, rate]) => rate));
        const enough = counts.find((count) => count >= most) ?? 1;
        assert.ok(reserveOf(learned(pairs, wait, delay, counts), 0, counts) <= Math.max(1, enough));
      }),
      { numRuns },
    );
  });

  it("is no more where more may be late", () => {
    fc.assert(
      fc.property(list, fc.integer({ min: 1, max: 60 }), fc.nat(120), (pairs, wait, delay) => {
        const counts = [...levelsUpTo(100)];
        const state = learned(pairs, wait, delay, counts);
        const reserves = [0, 0.01, 0.1, 0.5].map((share) => reserveOf(state, share, counts));
        assert.deepEqual(
          reserves,
          reserves.toSorted((one, other) => other - one),
        );
      }),
      { numRuns },
    );
  });

  it("counts no more late ones than came", () => {
    fc.assert(
      fc.property(list, fc.integer({ min: 1, max: 60 }), fc.nat(120), (pairs, wait, delay) => {
        const { jobs, levels } = learned(pairs, wait, delay, [...levelsUpTo(100)]);
        // Five digits of a sum of 150 samples.
        for (const [backlog, late] of levels) assert.ok(backlog >= 0 && late >= 0 && late <= jobs * 1.01);
      }),
      { numRuns },
    );
  });
});
