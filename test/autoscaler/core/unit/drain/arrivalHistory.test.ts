import assert from "node:assert/strict";
import {
  addLow,
  addSample,
  backlogOf,
  freshSamples,
  growthOf,
  oldestSeconds,
  seenSince,
} from "../../../../../autoscaler/src/core/drain/arrivalHistory.ts";
import type { RateSample } from "../../../../../autoscaler/src/core/state.ts";

describe("a new sample of arrivals", () => {
  const one: readonly RateSample[] = [{ at: 10, rate: 1 }];
  const cases: { name: string; sample: RateSample; after: readonly RateSample[] }[] = [
    { name: "is added", sample: { at: 15, rate: 2 }, after: [...one, { at: 15, rate: 2 }] },
    { name: "is not counted twice", sample: { at: 10, rate: 9 }, after: one },
    { name: "is left out when it is older", sample: { at: 5, rate: 9 }, after: one },
    { name: "is kept to thousandths", sample: { at: 15, rate: 1 / 3 }, after: [...one, { at: 15, rate: 0.333 }] },
    {
      name: "leaves the others for almost as long as they are kept",
      sample: { at: 109, rate: 2 },
      after: [...one, { at: 109, rate: 2 }],
    },
    { name: "drives out those that are too old", sample: { at: 110, rate: 2 }, after: [{ at: 110, rate: 2 }] },
  ];
  for (const { name, sample, after } of cases) {
    it(name, () => {
      assert.deepEqual(addSample(one, sample, 100), after);
    });
  }

  it("joins two that are more than a minute old, weighted by their time", () => {
    // Kept for 320 s, so a coarse step is 10 s: the samples at 4 and 10 cover the 10 s since 0.
    const before = [
      { at: 0, rate: 5 },
      { at: 4, rate: 10 },
      { at: 10, rate: 5 },
      { at: 60, rate: 1 },
    ];
    assert.deepEqual(addSample(before, { at: 71, rate: 2 }, 320), [
      { at: 0, rate: 5 },
      { at: 10, rate: 7 },
      { at: 60, rate: 1 },
      { at: 71, rate: 2 },
    ]);
  });

  it("leaves alone what is younger than a minute, or further apart than a coarse step", () => {
    const apart = [0, 8, 16, 60].map((at) => ({ at, rate: 1 }));
    assert.equal(addSample(apart, { at: 80, rate: 1 }, 320).length, 5);
    const young = [0, 4, 8, 12].map((at) => ({ at, rate: 1 }));
    assert.equal(addSample(young, { at: 60, rate: 1 }, 320).length, 5);
  });
});

describe("samples that still count", () => {
  const samples = [
    { at: 0, rate: 1 },
    { at: 150, rate: 2 },
  ];
  const cases = [
    { name: "are all of them while the newest is young", now: 180, left: samples },
    { name: "are none once the newest is too old", now: 181, left: [] },
    { name: "are none after hours without rates", now: 9000, left: [] },
  ];
  for (const { name, now, left } of cases) {
    it(name, () => {
      assert.deepEqual(freshSamples(samples, now, 30), left);
    });
  }

  it("are none of none", () => {
    assert.deepEqual(freshSamples([], 1000, 100), []);
  });
});

describe("the time since which samples have come", () => {
  const cases: { name: string; at: readonly number[]; since: number | undefined }[] = [
    { name: "is the first sample's", at: [100, 105, 110], since: 100 },
    { name: "is the first one's after a gap", at: [95, 100, 160, 165], since: 160 },
    { name: "is that after the last of two gaps", at: [95, 100, 130, 135, 165], since: 165 },
    {
      name: "is not that of a gap an age ago, which looks like samples that were merged",
      at: [95, 100, 160, 165, 230],
      since: 230,
    },
    { name: "does not begin at steps between merged samples", at: [0, 90, 180, 185, 200, 215, 230, 245], since: 0 },
    { name: "is the first one's where each comes a minute after the other", at: [0, 60, 120, 180], since: 0 },
    { name: "is unknown without samples", at: [], since: undefined },
  ];
  for (const { name, at, since } of cases) {
    it(name, () => {
      assert.equal(seenSince(at.map((time) => ({ at: time, rate: 1 }))), since);
    });
  }
});

describe("the ages of what waits", () => {
  // 10/s in the last 8.5 s (a sample of 5 s is late by 3.5 s) and 4/s in the 5 s before: 85, then 105 messages.
  const samples = [
    { at: 995, rate: 4 },
    { at: 1000, rate: 10 },
  ];
  const cases: { name: string; waiting: number; seconds: number; older: number; known?: readonly RateSample[] }[] = [
    { name: "all are older than nothing", waiting: 100, seconds: 0, older: 100 },
    { name: "the youngest are those that came last", waiting: 100, seconds: 5, older: 50 },
    { name: "a sample before goes on where the last began", waiting: 100, seconds: 7.5, older: 25 },
    { name: "between two marks it is in proportion", waiting: 100, seconds: 10, older: 9 },
    { name: "more than came are older than all that was seen", waiting: 110, seconds: 13.5, older: 5 },
    { name: "few are all young", waiting: 20, seconds: 2, older: 0 },
    { name: "further back than the samples reach all may be younger", waiting: 110, seconds: 14, older: 0 },
    { name: "without samples all may have come just now", waiting: 100, seconds: 1, older: 0, known: [] },
    { name: "without samples all are older than nothing", waiting: 100, seconds: 0, older: 100, known: [] },
  ];
  for (const { name, waiting, seconds, older, known = samples } of cases) {
    it(name, () => {
      assert.equal(backlogOf(waiting, known, [], 1000).olderThan(seconds), older);
    });
  }

  it("the last rate is taken to go on until now", () => {
    assert.equal(backlogOf(100, samples, [], 1002).olderThan(7), 30);
  });

  it("a source whose clock is ahead is no error", () => {
    assert.equal(backlogOf(100, samples, [], 996).olderThan(3.5), 65);
  });
});

describe("the oldest message", () => {
  const samples = [
    { at: 995, rate: 4 },
    { at: 1000, rate: 10 },
  ];
  const cases = [
    { name: "has waited for no time when none waits", waiting: 0, low: 0, high: 0 },
    { name: "came when as many have come since as wait", waiting: 50, low: 5, high: 5.5 },
    { name: "is as old as the samples at most", waiting: 1000, low: 13.5, high: 14 },
  ];
  for (const { name, waiting, low, high } of cases) {
    it(name, () => {
      const seconds = oldestSeconds(backlogOf(waiting, samples, [], 1000), 120);
      assert.ok(low <= seconds && seconds <= high, `${seconds}`);
    });
  }
});

describe("a time when fewer waited", () => {
  const samples = [{ at: 1000, rate: 10 }];
  const lows = [
    { at: 990, waiting: 0 },
    { at: 998, waiting: 30 },
    { at: 1000, waiting: 100 },
  ];
  const cases = [
    { name: "bounds what is older than that", seconds: 2, older: 30 },
    { name: "says nothing of what is younger", seconds: 1, older: 90 },
    { name: "bounds what is older still", seconds: 5, older: 30 },
    { name: "lets nothing be older when none waited", seconds: 10, older: 0 },
  ];
  for (const { name, seconds, older } of cases) {
    it(name, () => {
      assert.equal(backlogOf(100, samples, lows, 1000).olderThan(seconds), older);
    });
  }
});

describe("the lows of a queue", () => {
  const lows = [
    { at: 90, waiting: 5 },
    { at: 95, waiting: 8 },
  ];
  const cases = [
    { name: "grow with the queue", low: { at: 100, waiting: 9 }, at: [90, 95, 100] },
    { name: "forget what was as high", low: { at: 100, waiting: 8 }, at: [90, 100] },
    { name: "are one when the queue is empty", low: { at: 100, waiting: 0 }, at: [100] },
    { name: "forget what is too old", low: { at: 190, waiting: 9 }, at: [95, 190] },
  ];
  for (const { name, low, at } of cases) {
    it(name, () => {
      assert.deepEqual(
        addLow(lows, low, 100).map((one) => one.at),
        at,
      );
    });
  }

  it("are few though the queue grows for hours", () => {
    let kept: ReturnType<typeof addLow> = [];
    for (let at = 0; at < 10_000; at += 2) kept = addLow(kept, { at, waiting: at }, 3600);
    // One a tick of the last 20 s, one a coarse step before.
    assert.ok(kept.length <= 10 + 18, `${kept.length}`);
    assert.ok((kept[0]?.at ?? NaN) < 9998 - 3300, "reaches back");
  });
});

describe("the growth of a queue", () => {
  const cases: { name: string; lows: readonly [number, number][]; growth: number | undefined }[] = [
    {
      name: "is since it was lowest in the last 10 s",
      lows: [
        [988, 0],
        [991, 20],
        [996, 50],
      ],
      growth: 80,
    },
    { name: "is unknown where it was lower a moment ago alone", lows: [[998, 20]], growth: undefined },
    { name: "is unknown where nobody looked for so long", lows: [[900, 0]], growth: undefined },
    { name: "is unknown without a look", lows: [], growth: undefined },
  ];
  for (const { name, lows, growth } of cases) {
    it(name, () => {
      const seen = lows.map(([at, waiting]) => ({ at, waiting }));
      assert.equal(growthOf(100, seen, 1000)?.messages, growth);
    });
  }
});
