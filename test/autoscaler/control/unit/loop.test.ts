import assert from "node:assert/strict";
import { intervalSeconds, runLoop, runLoops } from "../../../../autoscaler/src/control/loop.ts";
import { ManualClock, settle } from "../manualClock.ts";

describe("loop", () => {
  let clock: ManualClock;
  let stop: AbortController;
  let ticks: number[];

  beforeEach(() => {
    clock = new ManualClock(0);
    stop = new AbortController();
    ticks = [];
  });

  function start(outcome: () => Promise<boolean> = () => Promise.resolve(true)): Promise<void> {
    const tick = () => {
      ticks.push(clock.now());
      return outcome();
    };
    return runLoop({ periodSeconds: 10, tick }, clock, stop.signal);
  }

  const firstTicks: [string, number, number][] = [
    ["at once with the lowest random number", 0, 0],
    ["in the middle with the middle one", 0.5, 5],
    ["almost a period later with the highest", 0.999, 9.99],
  ];
  for (const [name, random, at] of firstTicks) {
    it(`the first tick comes ${name}`, async () => {
      clock.randomNumber = random;
      void start();
      await clock.advance(10);
      assert.equal(ticks[0], at);
    });
  }

  const jitters: [string, number, number][] = [
    ["10 % early at most", 0, 9],
    ["on time in the middle", 0.5, 10],
    ["10 % late at most", 1 - Number.EPSILON, 11],
  ];
  for (const [name, random, interval] of jitters) {
    it(`the next tick comes ${name}`, async () => {
      void start();
      await clock.advance(5);
      clock.randomNumber = random;
      await clock.advance(100);
      // The interval after the first tick was drawn before the random number changed.
      assert.ok(Math.abs((ticks[3] ?? NaN) - (ticks[2] ?? NaN) - interval) < 1e-9, String(ticks));
    });
  }

  it("a long tick is followed at once and never overlapped", async () => {
    let inFlight = 0;
    let most = 0;
    void start(async () => {
      most = Math.max(most, ++inFlight);
      await clock.sleep(25, stop.signal);
      inFlight--;
      return true;
    });
    await clock.advance(100);
    assert.equal(most, 1);
    assert.deepEqual(ticks, [5, 30, 55, 80]);
  });

  it("failures are retried after 1 and then 1.5 periods; success resets", async () => {
    let fails = true;
    void start(() => Promise.resolve(!fails));
    await clock.advance(100);
    assert.deepEqual(ticks, [5, 15, 30, 45, 60, 75, 90]);
    fails = false;
    ticks = [];
    await clock.advance(50);
    assert.deepEqual(ticks, [105, 115, 125, 135, 145]);
  });

  it("a tick that rejects counts as failed and escapes nowhere", async () => {
    const loop = start(() => Promise.reject(new Error("broken")));
    await clock.advance(40);
    assert.deepEqual(ticks, [5, 15, 30]);
    stop.abort();
    await assert.doesNotReject(loop);
  });

  it("a clock that is set back delays the next tick by no more than a period", async () => {
    void start(() => {
      clock.offset -= 3600;
      return Promise.resolve(true);
    });
    await clock.advance(30);
    assert.equal(ticks.length, 3);
  });

  it("stops while it sleeps", async () => {
    const loop = start();
    await clock.advance(7);
    stop.abort();
    await loop;
    assert.deepEqual(ticks, [5]);
    assert.equal(clock.sleeping, 0);
  });

  it("a stop waits for the tick in flight", async () => {
    let finish: (succeeded: boolean) => void = () => undefined;
    const loop = start(() => new Promise((resolve) => (finish = resolve)));
    await clock.advance(7);
    let ended = false;
    void loop.then(() => (ended = true));
    stop.abort();
    await settle();
    assert.equal(ended, false);
    finish(true);
    await loop;
    assert.deepEqual(ticks, [5]);
  });

  it("a target that hangs holds up no other", async () => {
    const hanging = { periodSeconds: 10, tick: () => new Promise<boolean>(() => undefined) };
    const healthy = {
      periodSeconds: 10,
      tick: () => {
        ticks.push(clock.now());
        return Promise.resolve(true);
      },
    };
    void runLoops([hanging, healthy], clock, stop.signal);
    await clock.advance(30);
    assert.deepEqual(ticks, [5, 15, 25]);
  });

  const intervals: [string, number, number, number][] = [
    ["no failure", 2, 0, 2],
    ["one failure", 2, 1, 2],
    ["two failures", 2, 2, 3],
    ["many failures", 2, 1000, 3],
  ];
  for (const [name, period, failures, expected] of intervals) {
    it(`interval with ${name}`, () => {
      assert.equal(intervalSeconds(period, failures), expected);
    });
  }
});
