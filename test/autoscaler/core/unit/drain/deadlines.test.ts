import assert from "node:assert/strict";
import {
  duesAhead,
  dueSeconds,
  meetsDeadlines,
  replicasShort,
  shortestServingSeconds,
  type Demand,
  type Supply,
} from "../../../../../autoscaler/src/core/drain/deadlines.ts";

/** A maximum wait of 40 s and starts of 10 s: due after 34 s, served for 8 s at least. */
const demand: Demand = {
  backlog: { waiting: 0, olderThan: () => 0 },
  arrivals: { steady: 0, burst: 0 },
  serviceRate: 1,
  readinessDelaySeconds: 10,
  dueSeconds: 34,
  delaysAhead: 5,
  shortestServingSeconds: 8,
};

/** All of one age. */
const waiting = (count: number, age = 0): Demand["backlog"] => ({
  waiting: count,
  olderThan: (seconds) => (seconds <= age ? count : 0),
});

const meets = (of: Demand, has: Supply): boolean => meetsDeadlines(of, has, duesAhead(of));

const supply = (readyReplicas: number, readyIn: readonly number[] = []): Supply => ({
  readyReplicas,
  idleReplicas: 0,
  readyIn,
});

describe("the time in which a message has to begin", () => {
  const cases = [
    { name: "leaves 15 % of the maximum wait", maxWait: 40, delay: 10, due: 34 },
    { name: "leaves a quarter of a start and a tick where that is more", maxWait: 60, delay: 60, due: 43 },
    { name: "is no time where the wait is much shorter than a start", maxWait: 10, delay: 60, due: 0 },
    { name: "leaves a tick where replicas start at once", maxWait: 10, delay: 0, due: 8 },
  ];
  for (const { name, maxWait, delay, due } of cases) {
    it(name, () => {
      assert.equal(dueSeconds(maxWait, delay), due);
    });
  }

  it("leaves the time until some replica has finished a message", () => {
    assert.equal(dueSeconds(40, 10, 0.5), 32);
  });
});

describe("the shortest serving time of a new replica", () => {
  const cases = [
    { name: "is a fifth of the maximum wait", maxWait: 40, delay: 10, seconds: 8 },
    { name: "is a third of a start where that is more", maxWait: 10, delay: 60, seconds: 18 },
    { name: "is above 0 where replicas start at once", maxWait: 40, delay: 0, seconds: 8 },
  ];
  for (const { name, maxWait, delay, seconds } of cases) {
    it(name, () => {
      assert.equal(shortestServingSeconds(maxWait, delay), seconds);
    });
  }
});

describe("the replicas that are short", () => {
  const cases: { name: string; of?: Partial<Demand>; has: Supply; short: number }[] = [
    { name: "are none where nothing comes and nothing waits", has: supply(0), short: 0 },
    // (100 − 2 × 34) ÷ (34 − 10)
    { name: "serve what waits by its deadline", of: { backlog: waiting(100) }, has: supply(2), short: 32 / 24 },
    // Due in 14 s, which no order can meet; by 18 s: (100 − 2 × 18) ÷ (18 − 10).
    {
      name: "serve what is overdue by the first moment they can",
      of: { backlog: waiting(100, 20) },
      has: supply(2),
      short: 8,
    },
    // (100 − 2 × 34 − 29) ÷ 24
    { name: "are less by what is starting", of: { backlog: waiting(100) }, has: supply(2, [5]), short: 3 / 24 },
    {
      name: "are not less by what starts too late",
      of: { backlog: waiting(100) },
      has: supply(2, [34]),
      short: 32 / 24,
    },
    // An order of the next tick helps with deadlines after 51 s: (170 − 2 × 51) ÷ (51 − 10).
    {
      name: "serve the arrivals that the next order comes too late for",
      of: { arrivals: { steady: 10, burst: 10 } },
      has: supply(2),
      short: 68 / 41,
    },
    // Twice the rate of a replica: half of the messages' need of replica-seconds.
    {
      name: "are fewer when they are faster",
      of: { backlog: waiting(100), serviceRate: 2 },
      has: supply(0),
      short: 100 / (2 * 24),
    },
    // Starts of 60 s, due in 43 s: what comes until 35 s is due at 78 s, 20/s for 24 s and 10/s for 11 s: 590 ÷ 18.
    {
      name: "serve a burst for as long as nothing else can be done",
      of: {
        arrivals: { steady: 10, burst: 20 },
        readinessDelaySeconds: 60,
        dueSeconds: 43,
        shortestServingSeconds: 18,
      },
      has: supply(0),
      short: 590 / 18,
    },
    // No time to wait: all that comes until 13 s, when new ones have served for 3 s: 130 ÷ 3.
    {
      name: "are many where the wait is much shorter than a start",
      of: { arrivals: { steady: 10, burst: 10 }, dueSeconds: 0, shortestServingSeconds: 3 },
      has: supply(0),
      short: 130 / 3,
    },
    // The last deadline, 34 + 7 s: (70 − 0) ÷ 41; the mean until the 34 s of the first is lower.
    {
      name: "serve at once where replicas start at once",
      of: { arrivals: { steady: 10, burst: 10 }, readinessDelaySeconds: 0 },
      has: supply(0),
      short: 70 / 41,
    },
  ];
  for (const { name, of, has, short } of cases) {
    it(name, () => {
      const found = replicasShort({ ...demand, ...of }, has);
      assert.ok(Math.abs(found - short) < 1e-9, `${found}, not ${short}`);
    });
  }

  it("are below none where there are more than enough", () => {
    assert.ok(replicasShort({ ...demand, backlog: waiting(100) }, supply(20)) < 0);
  });
});

describe("the deadlines are met", () => {
  const cases: { name: string; of: Partial<Demand>; enough: number }[] = [
    { name: "by none where nothing comes and nothing waits", of: {}, enough: 0 },
    // 100 ÷ 34
    { name: "by what serves the backlog in time", of: { backlog: waiting(100) }, enough: 3 },
    // 100 within half a second
    { name: "of what is overdue by what serves it at once", of: { backlog: waiting(100, 40) }, enough: 200 },
    // 57 s ahead: 570 ÷ (57 + 34)
    {
      name: "by fewer than carry the arrivals, for five starts",
      of: { arrivals: { steady: 10, burst: 10 } },
      enough: 7,
    },
    // 7 s ahead: 70 ÷ (7 + 34)
    {
      name: "by fewer still without looking ahead",
      of: { arrivals: { steady: 10, burst: 10 }, delaysAhead: 0 },
      enough: 2,
    },
    // 5 starts of 600 s: 30,070 ÷ 3041
    {
      name: "by what carries the arrivals, where starts take long",
      of: { arrivals: { steady: 10, burst: 10 }, readinessDelaySeconds: 600 },
      enough: 10,
    },
  ];
  for (const { name, of, enough } of cases) {
    it(name, () => {
      assert.equal(meets({ ...demand, ...of }, supply(enough)), true);
      assert.equal(enough === 0 || !meets({ ...demand, ...of }, supply(enough - 1)), true, "with one fewer");
    });
  }

  it("with those that are starting, from when they serve", () => {
    const hundred = { ...demand, backlog: waiting(100) };
    assert.equal(meets(hundred, supply(2, [2])), true);
    assert.equal(meets(hundred, supply(2, [3])), false);
  });
});

describe("the deadlines ahead", () => {
  it("are of what waits, evenly, and of what comes in five starts", () => {
    const dues = duesAhead({ ...demand, backlog: waiting(100, 10), arrivals: { steady: 8, burst: 8 } });
    assert.equal(dues.length, 16 + 9);
    // The oldest that may be: due at once; then what is 10 s old at most, and what comes until 57 s.
    assert.deepEqual(dues[0], { by: 0, messages: 0 });
    assert.deepEqual(dues[15], { by: 34 * (15 / 16), messages: 100 });
    assert.deepEqual(dues.at(-1), { by: 57 + 34, messages: 100 + 8 * 57 });
  });

  it("are none of the past where nothing waits", () => {
    assert.deepEqual(duesAhead(demand)[0], { by: 34, messages: 0 });
  });
});
