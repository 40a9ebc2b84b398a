import assert from "node:assert/strict";
import { isBudgetShort, learnLateness } from "../../../../../autoscaler/src/core/drain/lateness.ts";
import type { LatenessState } from "../../../../../autoscaler/src/core/state.ts";

const before: LatenessState = { at: 100, begun: 1000, late: 10 };

/** What is left after so many seconds, where two hours leave a part of e. */
const keep = (seconds: number): number => Math.exp(-seconds / 7200);

describe("lateness", () => {
  it("begins with nothing", () => {
    assert.deepEqual(learnLateness(undefined, { now: 100, rate: 5, waitSeconds: 99 }, 30), {
      at: 100,
      begun: 0,
      late: 0,
    });
  });

  const cases: { name: string; now: number; waitSeconds: number; begun: number; late: number; seconds: number }[] = [
    { name: "counts what began in time", now: 102, waitSeconds: 30, begun: 10, late: 0, seconds: 2 },
    { name: "counts what began late", now: 102, waitSeconds: 30.5, begun: 10, late: 10, seconds: 2 },
    { name: "saw no more than 15 s of a longer gap", now: 500, waitSeconds: 40, begun: 75, late: 75, seconds: 400 },
    { name: "counts nothing twice", now: 100, waitSeconds: 40, begun: 0, late: 0, seconds: 0 },
    { name: "counts nothing while the clock is behind", now: 90, waitSeconds: 40, begun: 0, late: 0, seconds: 0 },
  ];
  for (const { name, now, waitSeconds, begun, late, seconds } of cases) {
    it(name, () => {
      assert.deepEqual(learnLateness(before, { now, rate: 5, waitSeconds }, 30), {
        at: now,
        begun: 1000 * keep(seconds) + begun,
        late: 10 * keep(seconds) + late,
      });
    });
  }
});

describe("the error budget", () => {
  const cases: { name: string; late: number; share: number; short: boolean }[] = [
    { name: "is whole where nothing was late", late: 0, share: 0.01, short: false },
    { name: "lasts while half of it is left", late: 5, share: 0.01, short: false },
    { name: "is short when more than half is spent", late: 5.1, share: 0.01, short: true },
    { name: "of nothing is short with the first late one", late: 1, share: 0, short: true },
    { name: "of nothing is not short of what is left of one", late: 0.99, share: 0, short: false },
    { name: "of little is not short of what is left of one", late: 0.99, share: 0.0001, short: false },
    { name: "of nothing lasts until then", late: 0, share: 0, short: false },
  ];
  for (const { name, late, share, short } of cases) {
    it(name, () => {
      assert.equal(isBudgetShort({ at: 0, begun: 1000, late }, share), short);
    });
  }

  it("is whole while nothing is known", () => {
    assert.equal(isBudgetShort(undefined, 0), false);
  });
});

describe("the error budget after a time in which all were late", () => {
  const cases: { name: string; late: number; rate: number; share: number; short: number; whole: number }[] = [
    { name: "of a minute, on an idle queue", late: 60, rate: 0, share: 0.01, short: 12, whole: 16.5 },
    { name: "of a minute, where none may be late", late: 60, rate: 0, share: 0, short: 12, whole: 16.5 },
    { name: "of a minute, under a light steady load", late: 60, rate: 1, share: 0.01, short: 6, whole: 9.5 },
    { name: "of 50 min at a steady load", late: 3000, rate: 50, share: 0.01, short: 6, whole: 9.5 },
  ];
  for (const { name, late, rate, share, short, whole } of cases) {
    it(`${name} is short for ${short} h and whole after ${whole} h`, () => {
      let state = learnLateness(undefined, { now: 0, rate: 50, waitSeconds: 40 }, 30);
      const verdicts: boolean[] = [];
      for (let now = 2; now <= late + whole * 3600; now += 2) {
        const isLate = now <= late;
        state = learnLateness(state, { now, rate: isLate ? 50 : rate, waitSeconds: isLate ? 40 : 0 }, 30);
        if (now === late + short * 3600 || now === late + whole * 3600) verdicts.push(isBudgetShort(state, share));
      }
      assert.deepEqual(verdicts, [true, false]);
    });
  }
});
